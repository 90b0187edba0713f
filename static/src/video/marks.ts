// Icons that say whether a source is on.
import { icon } from "../islands/dom";

export function microphoneIcon(isOn: boolean, size = "sm"): SVGSVGElement {
  return isOn ? icon("microphone", size) : icon("microphone-off", size);
}

export function cameraIcon(isOn: boolean, size = "sm"): SVGSVGElement {
  return isOn ? icon("video", size) : icon("video-off", size);
}
