import { beforeEach, describe, expect, it, vi } from "vitest";
import { Lobby } from "./lobby";

interface FakeTrack { stop: ReturnType<typeof vi.fn> }
let asked: ((track: FakeTrack) => void)[];

function track(): FakeTrack {
  return { stop: vi.fn() };
}

/** No microphone; the camera opens when the test says so. */
function devices(): void {
  asked = [];
  const getUserMedia = (wanted: { video?: object }): Promise<object> =>
    wanted.video
      ? new Promise((done) => { asked.push((one) => { done({ getAudioTracks: () => [], getVideoTracks: () => [one] }); }); })
      : Promise.reject(new DOMException("", "NotFoundError"));
  vi.stubGlobal("MediaStream", function () { return undefined; });
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia, enumerateDevices: () => Promise.resolve([]) } });
}

function lobby(enter = vi.fn()): Lobby {
  const parent = document.createElement("div");
  document.body.replaceChildren(parent);
  return new Lobby(parent, enter);
}

describe("Lobby", () => {
  beforeEach(devices);

  it("takes into the meeting a camera that opens after the person has joined", async () => {
    const subject = lobby();
    await vi.waitFor(() => { expect(asked).toHaveLength(1); });
    const opened = subject.handOver();
    const late = track();
    asked[0]?.(late);
    expect((await opened).cam).toBe(late);
    expect(late.stop).not.toHaveBeenCalled();
  });

  it("shuts a camera that opens when nobody waits for it any more", async () => {
    vi.useFakeTimers();
    const subject = lobby();
    await vi.waitFor(() => { expect(asked).toHaveLength(1); });
    const opened = subject.handOver();
    await vi.advanceTimersByTimeAsync(3000);
    expect((await opened).cam).toBeNull();
    const late = track();
    asked[0]?.(late);
    await vi.advanceTimersByTimeAsync(0);
    expect(late.stop).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it("shuts what is open when the person goes away instead", async () => {
    const subject = lobby();
    await vi.waitFor(() => { expect(asked).toHaveLength(1); });
    const open = track();
    asked[0]?.(open);
    await vi.waitFor(() => { expect(document.body.textContent).toContain("摄像头已开"); });
    subject.close();
    expect(open.stop).toHaveBeenCalledOnce();
  });
});
