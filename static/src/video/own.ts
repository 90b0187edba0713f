// What one sends oneself: microphone, camera and screen, each on or off.
import type { Source } from "./client";
import { camera, deviceTrouble, microphone, screen } from "./devices";

export const SOURCE_NAMES: Record<Source, string> = { mic: "麦克风", camera: "摄像头", screen: "屏幕共享" };

/** What the room does for its sources. */
export interface Host {
  tell(words: string): void;
  /** `null`: the source is off. */
  send(source: Source, track: MediaStreamTrack | null): Promise<void>;
  changed(): void;
  isOver(): boolean;
  /** Why nothing may be switched on now; empty when it may. */
  refusal(): string;
}

export class OwnSources {
  private readonly tracks = new Map<Source, MediaStreamTrack>();
  private readonly opening = new Set<Source>();

  constructor(private readonly host: Host) {}

  get live(): Set<Source> {
    return new Set(this.tracks.keys());
  }

  [Symbol.iterator](): IterableIterator<[Source, MediaStreamTrack]> {
    return this.tracks.entries();
  }

  /** The tracks of the device check, when they are there; meanwhile nobody opens the same devices again. */
  async take(handed: Promise<{ mic: MediaStreamTrack | null; cam: MediaStreamTrack | null }>): Promise<void> {
    const own = ["mic", "camera"] as const;
    own.forEach((source) => this.opening.add(source));
    const { mic, cam } = await handed;
    own.forEach((source) => this.opening.delete(source));
    for (const [source, track] of [["mic", mic], ["camera", cam]] as const) {
      if (this.host.isOver() || this.host.refusal()) track?.stop();
      else if (track) this.turnOn(source, track);
    }
  }

  async toggle(source: Source): Promise<void> {
    if (this.tracks.has(source)) {
      await this.turnOff(source);
      return;
    }
    if (this.opening.has(source)) return;
    const refusal = this.host.refusal();
    if (refusal) {
      this.host.tell(refusal);
      return;
    }
    this.opening.add(source);
    try {
      const track = await (source === "mic" ? microphone() : source === "camera" ? camera() : screen());
      if (this.host.isOver()) {
        track.stop();
        return;
      }
      this.turnOn(source, track);
    } catch (error) {
      const isCancelled = source === "screen" && error instanceof DOMException && error.name === "NotAllowedError";
      if (!isCancelled) this.host.tell(deviceTrouble(error, SOURCE_NAMES[source]));
    } finally {
      this.opening.delete(source);
    }
    this.host.changed();
  }

  async turnOff(source: Source): Promise<void> {
    const track = this.tracks.get(source);
    if (!track) return;
    this.tracks.delete(source);
    track.stop();
    await this.host.send(source, null);
    this.host.changed();
  }

  async turnAllOff(): Promise<void> {
    for (const source of this.live) await this.turnOff(source);
  }

  /** At the end: devices are free again, nobody is told. */
  stop(): void {
    for (const track of this.tracks.values()) track.stop();
    this.tracks.clear();
  }

  /** A device may be unplugged, taken or paused at any time: then the source is off, and that is said. */
  private turnOn(source: Source, track: MediaStreamTrack): void {
    this.tracks.set(source, track);
    track.addEventListener("ended", () => {
      if (this.tracks.get(source) !== track) return;
      if (source !== "screen") this.host.tell(`${SOURCE_NAMES[source]}已断开或被其他程序占用，请检查后重新开启。`);
      void this.turnOff(source);
    });
    void this.host.send(source, track);
  }
}
