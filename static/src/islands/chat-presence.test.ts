import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatPresence } from "./chat-presence";

type See = (entries: { target: Element; isIntersecting: boolean }[]) => void;

describe("presence", () => {
  let see: See = () => undefined;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("IntersectionObserver", class {
      constructor(tell: See) { see = tell; }
      observe(): void { /* the test says what is seen */ }
      disconnect(): void { /* nothing to let go */ }
    });
    document.body.innerHTML = '<div id="p"><i data-present="1"></i><i data-present="2"></i><i data-present="3"></i></div>';
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("asks for the people in view only, marks who is there and takes the mark away again", async () => {
    const ask = vi.fn((people: string[]) => Promise.resolve({ live: people.includes("1") ? [1] : [] }));
    const presence = new ChatPresence([document.getElementById("p") as HTMLElement], ask);
    const marks = [...document.querySelectorAll<HTMLElement>("i")];
    see(marks.slice(0, 2).map((target) => ({ target, isIntersecting: true })));
    await vi.advanceTimersByTimeAsync(400);
    expect(ask).toHaveBeenCalledWith(["1", "2"]);
    expect(marks.map((mark) => mark.textContent)).toEqual(["在线", "", ""]);
    ask.mockResolvedValue({ live: [] });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(marks[0]?.textContent).toBe("");
    presence.stop();
    const asked = ask.mock.calls.length;
    await vi.advanceTimersByTimeAsync(90_000);
    expect(ask.mock.calls.length).toBe(asked);
  });

  it("leaves the marks when the server is away", async () => {
    const ask = vi.fn(() => Promise.reject(new Error("away")));
    const presence = new ChatPresence([document.getElementById("p") as HTMLElement], ask);
    const mark = document.querySelector("i") as HTMLElement;
    mark.textContent = "在线";
    see([{ target: mark, isIntersecting: true }]);
    await vi.advanceTimersByTimeAsync(400);
    expect(mark.textContent).toBe("在线");
    presence.stop();
  });
});
