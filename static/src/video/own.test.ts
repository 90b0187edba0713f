import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Source } from "./client";
import { OwnSources, type Host } from "./own";

const opened = vi.hoisted(() => ({ microphone: vi.fn(), camera: vi.fn(), screen: vi.fn() }));
vi.mock("./devices", () => ({ ...opened, deviceTrouble: (_: unknown, name: string) => `${name}打不开` }));

/** As much of a track as is asked of one. */
class Track extends EventTarget {
  isStopped = false;
  stop(): void {
    this.isStopped = true;
  }
}

const made = (): MediaStreamTrack => new Track() as unknown as MediaStreamTrack;
const isStopped = (track: MediaStreamTrack): boolean => (track as unknown as Track).isStopped;

describe("OwnSources", () => {
  let told: string[];
  let sent: [Source, MediaStreamTrack | null][];
  let refusal: string;
  let over: boolean;
  let own: OwnSources;

  beforeEach(() => {
    told = [];
    sent = [];
    refusal = "";
    over = false;
    const host: Host = {
      tell: (words) => told.push(words),
      send: (source, track) => { sent.push([source, track]); return Promise.resolve(); },
      changed: () => undefined,
      isOver: () => over,
      refusal: () => refusal,
    };
    own = new OwnSources(host);
    for (const open of Object.values(opened)) open.mockReset().mockImplementation(() => Promise.resolve(made()));
  });

  it("switches on and off, and a device switched off is free", async () => {
    await own.toggle("mic");
    expect([...own.live]).toEqual(["mic"]);
    const track = sent[0]?.[1];
    await own.toggle("mic");
    expect([...own.live]).toEqual([]);
    expect(track && isStopped(track)).toBe(true);
    expect(sent[1]).toEqual(["mic", null]);
  });

  it("opens a device once when pressed twice", async () => {
    await Promise.all([own.toggle("camera"), own.toggle("camera")]);
    expect(opened.camera).toHaveBeenCalledTimes(1);
    expect([...own.live]).toEqual(["camera"]);
  });

  it("says why nothing may be opened, and opens nothing", async () => {
    refusal = "只听会";
    await own.toggle("mic");
    expect(told).toEqual(["只听会"]);
    expect(opened.microphone).not.toHaveBeenCalled();
  });

  it("tells of a device that went away by itself", async () => {
    await own.toggle("camera");
    sent[0]?.[1]?.dispatchEvent(new Event("ended"));
    expect(told[0]).toContain("摄像头已断开");
    expect([...own.live]).toEqual([]);
  });

  it("tells of a device that cannot be opened, not of a screen nobody chose", async () => {
    opened.camera.mockRejectedValue(new DOMException("", "NotReadableError"));
    opened.screen.mockRejectedValue(new DOMException("", "NotAllowedError"));
    await own.toggle("camera");
    await own.toggle("screen");
    expect(told).toEqual(["摄像头打不开"]);
  });

  it("keeps no device of a room that is over, nor of one who only listens", async () => {
    const mic = made();
    refusal = "只听会";
    await own.take(Promise.resolve({ mic, cam: null }));
    expect(isStopped(mic)).toBe(true);
    refusal = "";
    const late = made();
    opened.microphone.mockImplementation(() => { over = true; return Promise.resolve(late); });
    await own.toggle("mic");
    expect(isStopped(late)).toBe(true);
    expect(sent).toEqual([]);
  });
});
