import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IdleLock } from "./idle-lock";

if (!customElements.get("idle-lock")) customElements.define("idle-lock", IdleLock);

describe("idle-lock", () => {
  const assign = vi.fn();
  const told = vi.fn(() => Promise.resolve(new Response(null, { status: 204 })));

  beforeEach(() => {
    vi.useFakeTimers();
    window.localStorage.clear();
    assign.mockReset();
    told.mockClear();
    vi.stubGlobal("fetch", told);
    vi.stubGlobal("location", { pathname: "/duty/", search: "?a=1", assign });
    document.body.innerHTML = '<idle-lock data-seconds="600" data-active="/me/active/" data-unlock="/me/unlock/"></idle-lock>';
  });

  afterEach(() => {
    document.body.innerHTML = "";
    window.dispatchEvent(new Event("beforeunload"));
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("covers the page when nobody has used it for so long, and remembers where", () => {
    vi.advanceTimersByTime(595_000);
    expect(assign).not.toHaveBeenCalled();
    vi.advanceTimersByTime(15_000);
    expect(assign).toHaveBeenCalledWith("/me/unlock/?next=%2Fduty%2F%3Fa%3D1");
  });

  it("keeps what was typed before it covers the page", () => {
    document.body.dataset["person"] = "1";
    document.body.insertAdjacentHTML("beforeend", '<form method="post"><textarea name="text"></textarea></form>');
    const text = document.querySelector("textarea");
    if (text) text.value = "拟同意。";
    vi.advanceTimersByTime(610_000);
    expect(window.sessionStorage.getItem("tz.typed.1./duty/?a=1")).toContain("拟同意。");
    window.sessionStorage.clear();
    delete document.body.dataset["person"];
  });

  it("lets nothing on the page ask whether to stay", () => {
    const ask = (event: Event) => { event.preventDefault(); };
    window.addEventListener("beforeunload", ask);
    const leave = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
    expect(leave()).toBe(false);
    vi.advanceTimersByTime(610_000);
    expect(leave()).toBe(true);
    window.removeEventListener("beforeunload", ask);
  });

  it("is put off by a key or a touch, and tells the server at most once a minute", () => {
    for (let minute = 0; minute < 15; minute += 1) {
      vi.advanceTimersByTime(60_000);
      document.dispatchEvent(new KeyboardEvent("keydown"));
      document.dispatchEvent(new Event("pointerdown"));
    }
    expect(assign).not.toHaveBeenCalled();
    expect(told).toHaveBeenCalledTimes(15);
  });

  it("is put off by another tab", () => {
    vi.advanceTimersByTime(590_000);
    window.localStorage.setItem("tz-active-at", String(Date.now()));
    vi.advanceTimersByTime(590_000);
    expect(assign).not.toHaveBeenCalled();
  });

  it("locks when the server says it has locked already", async () => {
    told.mockResolvedValueOnce(new Response(null, { status: 423 }));
    vi.advanceTimersByTime(61_000);
    document.dispatchEvent(new KeyboardEvent("keydown"));
    await vi.waitFor(() => { expect(assign).toHaveBeenCalled(); });
  });

  it("does not lock a page that was just let in because of an old mark", () => {
    document.body.innerHTML = "";
    window.localStorage.setItem("tz-active-at", "1");
    document.body.innerHTML = '<idle-lock data-seconds="600" data-active="/me/active/" data-unlock="/me/unlock/"></idle-lock>';
    vi.advanceTimersByTime(20_000);
    expect(assign).not.toHaveBeenCalled();
  });
});
