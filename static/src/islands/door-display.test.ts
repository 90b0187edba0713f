import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { register, shownAt } from "./door-display";

// 2026-11-03 10:00 in the city
const TEN = Date.UTC(2026, 10, 3, 2) / 1000;
const HOUR = 3600;

const line = (kind: string, start: number, end: number, name = ""): string =>
  `<li data-kind="${kind}" data-from="${String(start)}" data-until="${String(end)}">${name ? `<strong data-name>${name}</strong>` : ""}</li>`;

const board = (lines: string, now = TEN): string =>
  `<div data-board data-now="${String(now)}" data-day="2026-11-03" data-opens="${String(TEN - 2 * HOUR)}" data-closes="${String(TEN + 8 * HOUR)}">` +
  `<time data-clock></time><span data-date></span><p data-word></p><p data-title></p><p data-until></p><ol>${lines}</ol><p data-none hidden></p></div>`;

const DAY = line("taken", TEN - HOUR, TEN + HOUR) + line("free", TEN + HOUR, TEN + 2 * HOUR) + line("taken", TEN + 2 * HOUR, TEN + 3 * HOUR, "预算会商");

function placed(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.querySelector<HTMLElement>("[data-board]") ?? document.body;
}

describe("what the door says of a moment", () => {
  it("names a use only when it may, and says until when", () => {
    const shown = placed(board(DAY));
    expect(shownAt(shown, TEN)).toEqual({ state: "taken", word: "会议使用中", title: "", until: "至 11:00" });
    expect(shownAt(shown, TEN + HOUR)).toEqual({ state: "free", word: "空闲", title: "", until: "至 12:00" });
    expect(shownAt(shown, TEN + 2 * HOUR)).toMatchObject({ state: "taken", word: "使用中", title: "预算会商" });
    expect(shownAt(shown, TEN + 4 * HOUR).until).toBe("今天没有其他安排");
  });

  it("is shut outside its hours and knows nothing of another day", () => {
    const shown = placed(board(""));
    expect(shownAt(shown, TEN - 3 * HOUR)).toMatchObject({ state: "shut", until: "08:00 开放" });
    expect(shownAt(shown, TEN + 9 * HOUR)).toMatchObject({ state: "shut", until: "" });
    expect(shownAt(shown, TEN + 24 * HOUR).state).toBe("unknown");
  });
});

describe("door-display", () => {
  const answer = vi.fn<() => Promise<Response>>();

  beforeEach(() => {
    vi.useFakeTimers({ now: (TEN + 7) * 1000 });
    vi.stubGlobal("fetch", answer);
    register();
    document.body.innerHTML = `<door-display data-every="20">${board(DAY)}<p data-offline hidden><span data-offline-text></span></p></door-display>`;
  });

  afterEach(() => {
    document.body.innerHTML = "";
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const text = (place: string): string => document.querySelector(place)?.textContent ?? "";
  const offline = (): boolean => document.querySelector<HTMLElement>("[data-offline]")?.hidden === false;

  it("says since when it is cut off, goes on by itself, and takes up what is new", async () => {
    answer.mockRejectedValue(new TypeError("cut"));
    await vi.advanceTimersByTimeAsync(21_000);
    expect(offline()).toBe(true);
    expect(text("[data-offline-text]")).toContain("最后更新于 10:00");
    vi.setSystemTime((TEN + HOUR) * 1000 + 30_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(text("[data-word]")).toBe("空闲");
    expect(text("[data-clock]")).toBe("11:00");
    answer.mockImplementation(() => Promise.resolve(new Response(board(line("taken", TEN, TEN + 2 * HOUR, "碰头会"), TEN + HOUR + 60))));
    await vi.advanceTimersByTimeAsync(21_000);
    expect(offline()).toBe(false);
    expect(text("[data-title]")).toBe("碰头会");
  });

  it("takes everything off the screen once its address is dead", async () => {
    answer.mockImplementation(() => Promise.resolve(new Response("", { status: 404 })));
    await vi.advanceTimersByTimeAsync(21_000);
    expect(document.querySelector("[data-board]")).toBeNull();
    expect(text("[data-withdrawn]")).toContain("已停用");
  });
});
