// Camera, microphone and screen: asking for them, and saying honestly why they cannot be had.

export interface Heard {
  level(): number;
  stop(): void;
}

/** Why there is no camera or microphone, in words a civil servant can act on. */
export function deviceTrouble(error: unknown, what: string): string {
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return `浏览器没有允许使用${what}。请点击地址栏左侧的图标，把${what}改为“允许”，然后重试。`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `没有找到${what}，请检查设备是否插好。可以不开${what}入会。`;
    case "NotReadableError":
    case "AbortError":
      return `${what}正被其他程序占用，请关闭其他视频软件后重试。`;
    case "SecurityError":
      return `本单位的设置不允许网页使用${what}，请联系管理员。`;
    default:
      return `${what}暂时不能使用，可以先入会再试。`;
  }
}

/** Why this browser cannot take part at all; empty when it can. */
export function browserTrouble(view: Window = window): string {
  const isWeChat = /MicroMessenger/i.test(view.navigator.userAgent);
  const hint = isWeChat ? "请点右上角“…”，选择“在浏览器打开”。" : "请换用新版 Chrome、Edge、Firefox 或 Safari（iOS 14.3 以上）。";
  if (!view.isSecureContext) return "当前网址不是安全连接（https），浏览器不允许使用摄像头和麦克风。请改用 https 网址，或联系管理员安装证书。";
  if (!("RTCPeerConnection" in view)) return `这个浏览器不支持视频会议。${hint}`;
  if (!("mediaDevices" in view.navigator)) return `这个浏览器不能使用摄像头和麦克风。${hint}`;
  return "";
}

/** Whether the browser can share its screen; phones cannot. */
export function canShareScreen(view: Window = window): boolean {
  return "mediaDevices" in view.navigator && "getDisplayMedia" in view.navigator.mediaDevices;
}

/** A microphone's track with the browser's echo and noise treatment. */
export async function microphone(deviceId = ""): Promise<MediaStreamTrack> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(deviceId ? { deviceId } : {}) };
  return taken((await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks());
}

/** A camera's track, 640×360 unless it has only others. */
export async function camera(deviceId = ""): Promise<MediaStreamTrack> {
  const video = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20, max: 30 }, ...(deviceId ? { deviceId } : {}) };
  return taken((await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks());
}

/** Microphones and cameras there are; names are told once one of them may be used. */
export async function devices(): Promise<{ microphones: MediaDeviceInfo[]; cameras: MediaDeviceInfo[] }> {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const some = (kind: MediaDeviceKind): MediaDeviceInfo[] => all.filter((one) => one.kind === kind && one.deviceId !== "" && one.deviceId !== "default" && one.deviceId !== "communications");
  return { microphones: some("audioinput"), cameras: some("videoinput") };
}

/** What phones cannot do, said before and not after; empty elsewhere. */
export function phoneLimits(view: Window = window): string {
  const agent = view.navigator.userAgent;
  if (/MicroMessenger/i.test(agent)) return "微信内可以入会和观看共享屏幕，不能共享本机屏幕；没有画面或声音时，请点右上角“…”选择“在浏览器打开”。";
  if (/iPhone|iPad/i.test(agent)) return "iPhone 和 iPad 可以观看、不能发起屏幕共享；切到后台或接听电话时摄像头会暂停，回来后请重新开启。";
  if (/Android/i.test(agent)) return "手机可以观看、不能发起屏幕共享。";
  return "";
}

/** A screen, window or tab the person chooses. */
export async function screen(): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 10, max: 15 } }, audio: false });
  const track = taken(stream.getVideoTracks());
  track.contentHint = "detail";
  return track;
}

function taken(tracks: MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}

/** How loud a track is, 0–1, for the little bar of the device check. */
export function loudness(track: MediaStreamTrack): Heard {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples);
      const energy = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
      return Math.min(1, Math.sqrt(energy) * 6);
    },
    stop: () => { void context.close(); },
  };
}
