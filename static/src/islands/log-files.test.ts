import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogFiles } from "./log-files";
import { hindrance } from "./voice-recorder";

customElements.define("log-files-tested", class extends LogFiles {});

class FakeRecorder extends EventTarget {
  static isTypeSupported(type: string): boolean {
    return type.startsWith("audio/webm");
  }
  state = "inactive";
  start(): void {
    this.state = "recording";
  }
  stop(): void {
    this.state = "inactive";
    const heard = new Event("dataavailable") as Event & { data: Blob };
    heard.data = new Blob(["sound"]);
    this.dispatchEvent(heard);
    this.dispatchEvent(new Event("stop"));
  }
}

const stopped = vi.fn();

function microphone(ask: () => Promise<unknown>): void {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("MediaRecorder", FakeRecorder);
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia: ask } });
}

function shown(): LogFiles {
  document.body.innerHTML = '<log-files-tested subject-kind="duty.log" subject-id="7"><input type="file" multiple></log-files-tested>';
  const found = document.querySelector("log-files-tested");
  if (!(found instanceof LogFiles)) throw new Error("no element");
  return found;
}

function recordButton(): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find((one) => /录音|停止/.test(one.textContent));
  if (!found) throw new Error("no button");
  return found;
}

beforeEach(() => {
  vi.useFakeTimers();
  stopped.mockClear();
  URL.createObjectURL = () => "blob:x";
  URL.revokeObjectURL = () => undefined;
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a voice note", () => {
  it("ends after a minute by itself, can be heard and taken away", async () => {
    microphone(() => Promise.resolve({ getTracks: () => [{ stop: stopped }] }));
    const files = shown();
    recordButton().click();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(recordButton().textContent).toContain("0:30 / 1:00");
    expect(files.isRecording).toBe(true);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(files.isRecording).toBe(false);
    expect(stopped).toHaveBeenCalledOnce();
    expect(files.held.map((one) => [one.purpose, one.file.type])).toEqual([["voice", "audio/webm"]]);
    expect(files.held[0]?.file.name).toMatch(/^语音-\d{8}-\d{6}\.webm$/);
    expect(document.querySelector("audio")?.src).toBe("blob:x");
    document.querySelector<HTMLButtonElement>("li button")?.click();
    expect(files.held).toEqual([]);
  });

  it("of a moment is not kept, and says why", async () => {
    microphone(() => Promise.resolve({ getTracks: () => [{ stop: stopped }] }));
    const files = shown();
    recordButton().click();
    await vi.advanceTimersByTimeAsync(300);
    recordButton().click();
    expect(files.held).toEqual([]);
    expect(document.querySelector("[role=status]")?.textContent).toContain("录音太短");
  });

  it("without permission, without a microphone or without a safe address is refused in words", async () => {
    for (const [name, words] of [["NotAllowedError", "没有允许使用麦克风"], ["NotFoundError", "没有找到麦克风"]] as const) {
      microphone(() => Promise.reject(new DOMException("", name)));
      shown();
      recordButton().click();
      await vi.advanceTimersByTimeAsync(1);
      expect(document.querySelector("[role=status]")?.textContent).toContain(words);
    }
    vi.stubGlobal("isSecureContext", false);
    expect(hindrance()).toContain("不是 https");
  });

  it("goes with the page: the microphone is let go", async () => {
    microphone(() => Promise.resolve({ getTracks: () => [{ stop: stopped }] }));
    shown();
    recordButton().click();
    await vi.advanceTimersByTimeAsync(2_000);
    document.body.innerHTML = "";
    expect(stopped).toHaveBeenCalled();
  });
});

describe("files of a line", () => {
  it("are nine at most", () => {
    const files = shown();
    for (let number = 0; number < 11; number += 1) files.add({ file: new File(["x"], `${String(number)}.png`), purpose: "attachment" });
    expect(files.held).toHaveLength(9);
    expect(document.querySelector("[role=status]")?.textContent).toContain("最多 9 个");
  });
});
