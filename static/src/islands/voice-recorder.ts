// A voice note of at most a minute from the browser's own recorder, or the reason in words why there is none.

export const LONGEST_MS = 60_000;
const SHORTEST_MS = 800;
const TICK_MS = 250;
const BITS = 32_000;
const TYPES: readonly (readonly [string, string])[] = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
  ["audio/ogg;codecs=opus", "ogg"],
];
const REFUSALS: Readonly<Record<string, string>> = {
  NotAllowedError: "浏览器没有允许使用麦克风，请在地址栏的站点设置中允许后重试，或直接输入文字。",
  NotFoundError: "没有找到麦克风，请连接后重试，或直接输入文字。",
  NotReadableError: "麦克风正被其他程序占用，请关闭后重试。",
};

/** Why nothing can be recorded here; empty when it can. */
export function hindrance(): string {
  if (!window.isSecureContext) return "当前地址不是 https，浏览器不开放麦克风，不能录音。请改用 https 地址，或直接输入文字。";
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices || typeof MediaRecorder === "undefined" || !chosenType()) return "此浏览器不支持录音，请直接输入文字，或换用新版浏览器。";
  return "";
}

function chosenType(): readonly [string, string] | undefined {
  return TYPES.find(([type]) => MediaRecorder.isTypeSupported(type));
}

function stamp(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}

/** What happens to a recording. */
export interface Listener {
  tick: (seconds: number) => void;
  done: (file: File) => void;
  failed: (words: string) => void;
}

/** One recording at a time; it ends by `stop`, after a minute, or when the microphone goes away. */
export class VoiceRecorder {
  private recorder: MediaRecorder | null = null;
  private stream: MediaStream | null = null;
  private timer = 0;
  private began = 0;
  private isDropped = false;

  constructor(private readonly listener: Listener) {}

  get isOn(): boolean {
    return this.recorder !== null;
  }

  async start(): Promise<void> {
    const why = hindrance();
    if (why) {
      this.listener.failed(why);
      return;
    }
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      this.listener.failed(REFUSALS[name] ?? "不能使用麦克风，请直接输入文字。");
      return;
    }
    this.record(this.stream);
  }

  stop(): void {
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  /** Nothing comes of it. */
  drop(): void {
    this.isDropped = true;
    this.stop();
    this.release();
  }

  private record(stream: MediaStream): void {
    const [type, extension] = chosenType() ?? ["", "webm"];
    const parts: Blob[] = [];
    const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS });
    this.recorder = recorder;
    this.isDropped = false;
    this.began = Date.now();
    recorder.addEventListener("dataavailable", (event) => {
      if (event.data.size) parts.push(event.data);
    });
    recorder.addEventListener("stop", () => {
      this.finish(parts, type, extension);
    });
    recorder.start();
    this.listener.tick(0);
    this.timer = window.setInterval(() => {
      const spent = Date.now() - this.began;
      this.listener.tick(Math.floor(spent / 1000));
      if (spent >= LONGEST_MS) this.stop();
    }, TICK_MS);
  }

  private finish(parts: Blob[], type: string, extension: string): void {
    const spent = Date.now() - this.began;
    this.release();
    if (this.isDropped) return;
    if (spent < SHORTEST_MS || !parts.length) {
      this.listener.failed("录音太短，请按“录音”后说话，再按“停止”。");
      return;
    }
    const name = `语音-${stamp(new Date())}.${extension}`;
    this.listener.done(new File(parts, name, { type: type.split(";")[0] ?? type }));
  }

  private release(): void {
    window.clearInterval(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.recorder = null;
  }
}
