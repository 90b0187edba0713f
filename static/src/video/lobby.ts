// Before coming in: does the camera see, does the microphone hear.
import { button, make } from "../islands/dom";
import { cameraIcon, microphoneIcon } from "./marks";
import { camera, devices, deviceTrouble, loudness, microphone, phoneLimits, type Heard } from "./devices";

export class Lobby {
  private readonly card = make("section", "lobby");
  private readonly picture = make("video", "lobby__picture");
  private readonly words = make("p", "lobby__words");
  private readonly bar = make("meter", "lobby__level");
  private readonly enter: HTMLButtonElement;
  private readonly off = make("p", "lobby__off", "摄像头已关");
  private readonly choices = make("div", "lobby__choices");
  private readonly micButton: HTMLButtonElement;
  private readonly cameraButton: HTMLButtonElement;
  private mic: MediaStreamTrack | null = null;
  private cam: MediaStreamTrack | null = null;
  private heard: Heard | null = null;
  private micId = "";
  private cameraId = "";
  private frame = 0;
  private hasEntered = false;
  private readonly troubles = new Map<string, string>();

  constructor(parent: HTMLElement, enter: (mic: MediaStreamTrack | null, cam: MediaStreamTrack | null) => void) {
    this.picture.autoplay = this.picture.muted = this.picture.playsInline = true;
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", "麦克风音量");
    this.micButton = button("button", "", () => { void this.toggleMic(); });
    this.cameraButton = button("button", "", () => { void this.toggleCamera(); });
    this.enter = button("button button--primary lobby__enter", "加入会议", () => {
      this.hasEntered = true;
      this.enter.disabled = true;
      this.words.textContent = "正在进入……";
      enter(this.mic, this.cam);
    });
    this.words.setAttribute("role", "status");
    const acts = make("div", "lobby__acts");
    acts.append(this.micButton, this.cameraButton);
    const title = parent.dataset["title"] ?? "";
    const view = make("div", "lobby__view");
    view.append(this.picture, this.off, this.bar);
    this.card.append(make("h1", "lobby__title", title), view, acts, this.choices, this.words, this.enter);
    parent.replaceChildren(this.card);
    this.words.textContent = (parent.dataset["guest"] ?? "") + phoneLimits();
    this.draw();
    void this.toggleMic().then(() => this.toggleCamera()).then(() => this.choose());
  }

  /** The waiting room. */
  wait(words: string): void {
    this.words.textContent = words;
  }

  /** Away; devices stay open when they went into the meeting. */
  close(): void {
    window.cancelAnimationFrame(this.frame);
    this.heard?.stop();
    if (!this.hasEntered) for (const track of [this.mic, this.cam]) track?.stop();
    this.card.remove();
  }

  /** Which microphone and camera, where there are several. */
  private async choose(): Promise<void> {
    const found = await devices();
    const choice = (name: string, list: MediaDeviceInfo[], take: (id: string) => void): void => {
      if (list.length < 2) return;
      const select = make("select");
      list.forEach((one, place) => select.add(new Option(one.label || `${name} ${String(place + 1)}`, one.deviceId)));
      select.addEventListener("change", () => { take(select.value); });
      const label = make("label", "", name);
      label.append(select);
      this.choices.append(label);
    };
    choice("麦克风", found.microphones, (id) => {
      this.micId = id;
      if (this.mic) void this.toggleMic().then(() => this.toggleMic());
    });
    choice("摄像头", found.cameras, (id) => {
      this.cameraId = id;
      if (this.cam) void this.toggleCamera().then(() => this.toggleCamera());
    });
  }

  private async toggleMic(): Promise<void> {
    if (this.mic) {
      this.mic.stop();
      this.mic = null;
      this.heard?.stop();
      this.heard = null;
    } else {
      try {
        this.mic = await microphone(this.micId);
        this.well("麦克风");
        this.heard = loudness(this.mic);
        this.listen();
      } catch (error) {
        this.trouble("麦克风", error);
      }
    }
    this.draw();
  }

  private async toggleCamera(): Promise<void> {
    if (this.cam) {
      this.cam.stop();
      this.cam = null;
    } else {
      try {
        this.cam = await camera(this.cameraId);
        this.well("摄像头");
      } catch (error) {
        this.trouble("摄像头", error);
      }
    }
    this.picture.srcObject = this.cam ? new MediaStream([this.cam]) : null;
    this.draw();
  }

  /** What is wrong with both stands there together, and goes when it is well again. */
  private trouble(what: string, error: unknown): void {
    this.troubles.set(what, deviceTrouble(error, what));
    this.words.textContent = [...this.troubles.values()].join("");
  }

  private well(what: string): void {
    if (this.troubles.delete(what)) this.words.textContent = [...this.troubles.values()].join("");
  }

  private listen(): void {
    this.bar.value = this.heard?.level() ?? 0;
    if (this.heard) this.frame = window.requestAnimationFrame(() => { this.listen(); });
  }

  private draw(): void {
    this.micButton.replaceChildren(microphoneIcon(this.mic !== null), this.mic ? "麦克风已开" : "麦克风已关");
    this.cameraButton.replaceChildren(cameraIcon(this.cam !== null), this.cam ? "摄像头已开" : "摄像头已关");
    this.micButton.setAttribute("aria-pressed", String(this.mic !== null));
    this.cameraButton.setAttribute("aria-pressed", String(this.cam !== null));
    this.off.hidden = this.cam !== null;
    this.bar.hidden = this.mic === null;
  }
}
