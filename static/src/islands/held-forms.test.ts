/// <reference types="vite/client" />
import { beforeEach, describe, expect, it, vi } from "vitest";
import SCRIPT from "../../public/held-forms.js?raw";


/** What reaches a listener of the page, as htmx's would. */
function reached(): Event[] {
  const events: Event[] = [];
  document.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    events.push(event);
  });
  return events;
}

beforeEach(() => {
  vi.useFakeTimers();
  new Function(SCRIPT)();
});

describe("a form sent before the page's scripts stand", () => {
  it("is held and sent once, by the same button", () => {
    document.body.innerHTML = '<form hx-post="/x"><button id="a">一</button><button id="b">二</button></form>';
    const events = reached();
    document.querySelector<HTMLButtonElement>("#b")?.click();
    document.querySelector<HTMLButtonElement>("#b")?.click();
    expect(events).toHaveLength(0);
    document.dispatchEvent(new Event("DOMContentLoaded"));
    vi.runAllTimers();
    expect(events.map((event) => (event as SubmitEvent).submitter?.id)).toEqual(["b"]);
    document.querySelector<HTMLButtonElement>("#a")?.click();
    expect(events).toHaveLength(2);
  });

  it("is let through when the browser sends it itself", () => {
    document.body.innerHTML = '<form action="/search/"><button>搜索</button></form>';
    const events = reached();
    document.querySelector("button")?.click();
    expect(events).toHaveLength(1);
  });
});
