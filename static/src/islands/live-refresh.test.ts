import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startLiveRefresh } from "./live-refresh";

describe("a live refresh", () => {
  const ajax = vi.fn(() => Promise.resolve());
  const place = () => document.querySelector("#list") as HTMLElement;
  const come = (name: string, triggeringEvent: Event | null = new CustomEvent("live:inbox"), verb = "get") => {
    const detail = { target: place(), requestConfig: { elt: place(), verb, path: "/desk/", triggeringEvent } };
    return place().dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));
  };
  const find = <T extends Element>(selector: string) => document.querySelector<T>(selector) as T;

  beforeAll(() => { startLiveRefresh(document); });

  beforeEach(() => {
    vi.useFakeTimers();
    ajax.mockClear();
    vi.stubGlobal("htmx", { ajax });
    document.body.innerHTML = `<div id="list"><form><input id="words" value="原话"><input type="checkbox" name="selected" value="1">
      <select><option disabled>请选择</option><option value="a">甲</option><option value="b">乙</option></select></form>
      <details><summary>撤回</summary><form><input name="reason"></form></details><button>签到</button></div><input id="outside">`;
  });

  afterEach(() => {
    document.body.innerHTML = "";
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("comes at once where nobody works", () => {
    for (const quiet of ["#list button", "[name=selected]"]) {
      find<HTMLElement>(quiet).focus();
      expect(come("htmx:beforeRequest")).toBe(true);
    }
    expect(come("htmx:beforeSwap")).toBe(true);
  });

  it("says so when a tick holds the list back", () => {
    place().insertAdjacentHTML("beforeend", `<span data-owed hidden></span>`);
    const sign = () => find<HTMLElement>("[data-owed]");
    find<HTMLInputElement>("#words").value = "新话";
    come("htmx:beforeRequest");
    expect(sign().hidden).toBe(true);
    find<HTMLInputElement>("[name=selected]").checked = true;
    come("htmx:beforeRequest");
    expect(sign().hidden).toBe(false);
  });

  it.each<[string, () => void, () => void]>([
    ["typed words", () => { find<HTMLInputElement>("#words").value = "新话"; }, () => { find<HTMLInputElement>("#words").value = "原话"; }],
    ["a tick", () => { find<HTMLInputElement>("[name=selected]").checked = true; }, () => { find<HTMLInputElement>("[name=selected]").checked = false; }],
    ["a choice", () => { find<HTMLSelectElement>("select").value = "b"; }, () => { find<HTMLSelectElement>("select").value = "a"; }],
    ["an open form", () => { find<HTMLDetailsElement>("details").open = true; }, () => { find<HTMLDetailsElement>("details").open = false; }],
    ["an open question", () => { document.body.append(Object.assign(document.createElement("dialog"), { open: true })); }, () => { find("dialog").remove(); }],
    ["something on its way", () => { find("form").className = "htmx-request"; }, () => { find("form").className = ""; }],
  ])("waits for %s and is made up for once", (_what, begin, end) => {
    begin();
    expect(come("htmx:beforeRequest")).toBe(false);
    expect(come("htmx:beforeRequest")).toBe(false);
    find("#words").dispatchEvent(new Event("change", { bubbles: true }));
    vi.advanceTimersByTime(1000);
    expect(ajax).not.toHaveBeenCalled();
    end();
    find("details").dispatchEvent(new Event("toggle"));
    vi.advanceTimersByTime(1000);
    find("details").dispatchEvent(new Event("close"));
    vi.advanceTimersByTime(1000);
    expect(ajax).toHaveBeenCalledTimes(1);
    expect(ajax).toHaveBeenCalledWith("GET", "/desk/", expect.objectContaining({ source: place() }));
  });

  it("waits until the cursor leaves its fields, also when the answer is there already", () => {
    find<HTMLInputElement>("#words").focus();
    expect(come("htmx:beforeSwap")).toBe(false);
    find<HTMLInputElement>("#outside").focus();
    vi.advanceTimersByTime(1000);
    expect(ajax).toHaveBeenCalledTimes(1);
  });

  it("holds back nothing that somebody asked for", () => {
    find<HTMLInputElement>("#words").value = "新话";
    expect(come("htmx:beforeRequest", new Event("click"))).toBe(true);
    expect(come("htmx:beforeRequest", null)).toBe(true);
    expect(come("htmx:beforeRequest", new CustomEvent("live:inbox"), "post")).toBe(true);
  });

  it("waits by the clock, too, and is forgotten with its place", () => {
    place().setAttribute("hx-trigger", "live:meeting from:body, every 20s");
    find<HTMLInputElement>("#words").value = "新话";
    expect(come("htmx:beforeRequest", null)).toBe(false);
    place().remove();
    find("#outside").dispatchEvent(new Event("change", { bubbles: true }));
    vi.advanceTimersByTime(1000);
    expect(ajax).not.toHaveBeenCalled();
  });
});
