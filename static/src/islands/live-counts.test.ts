import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startLiveCounts } from "./live-counts";

describe("live counts", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    document.body.innerHTML = '<i data-counter="todo">3</i><i data-counter="notice" hidden></i>';
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("asks once for events close together and fills every badge", async () => {
    const ask = vi.fn(() => Promise.resolve(new Response('{"todo":"","notice":"12"}')));
    vi.stubGlobal("fetch", ask);
    startLiveCounts(document, "/live/counts/");
    document.body.dispatchEvent(new CustomEvent("live:inbox"));
    document.body.dispatchEvent(new CustomEvent("live:notices"));
    await vi.advanceTimersByTimeAsync(400);
    expect(ask).toHaveBeenCalledTimes(1);
    const [todo, notice] = [...document.querySelectorAll<HTMLElement>("i")];
    expect(todo?.hidden).toBe(true);
    expect(notice?.hidden).toBe(false);
    expect(notice?.textContent).toBe("12");
  });

  it("leaves the numbers when the server is away", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new Error("away"))));
    startLiveCounts(document, "/live/counts/");
    document.body.dispatchEvent(new CustomEvent("live:inbox"));
    await vi.advanceTimersByTimeAsync(400);
    expect(document.querySelector("i")?.textContent).toBe("3");
  });
});
