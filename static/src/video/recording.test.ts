import { describe, expect, it, vi } from "vitest";
import { question, RecordingBar } from "./recording";

const STATE = { by: "林知夏", since: "2026-11-29T09:00:00+08:00", mine: "" as const };

describe("being recorded", () => {
  it("is told to everybody and asked of who has not answered", () => {
    const answer = vi.fn();
    const bar = new RecordingBar(answer, vi.fn());
    bar.draw(false, null, "");
    expect(bar.root.hidden).toBe(true);
    bar.draw(true, STATE, "");
    expect(bar.root.hidden).toBe(false);
    expect(bar.root.textContent).toContain("林知夏");
    [...bar.root.querySelectorAll("button")].find((one) => one.textContent.startsWith("只听会"))?.click();
    expect(answer).toHaveBeenCalledWith(false);
    bar.draw(true, STATE, "listens");
    expect(bar.root.querySelector(".recording-ask")).toBeNull();
    bar.root.querySelector<HTMLButtonElement>(".recording__change")?.click();
    expect(answer).toHaveBeenLastCalledWith(true);
    bar.draw(false, null, "");
    expect(bar.root.hidden).toBe(true);
  });

  it("is answered once, however often one clicks", () => {
    const answer = vi.fn();
    const box = question(answer);
    const first = box.querySelector("button");
    first?.click();
    first?.click();
    expect(answer).toHaveBeenCalledTimes(1);
    expect(box.textContent).not.toContain("离开会议");
  });

  it("shows the banner as soon as the media server records, before names are known", () => {
    const bar = new RecordingBar(vi.fn(), vi.fn());
    bar.draw(true, null, "");
    expect(bar.root.textContent).toContain("正在录制");
    expect(bar.root.querySelector("button")).toBeNull();
  });
});
