import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startSessionEnd } from "./session-end";

describe("the end of a session", () => {
  const reload = vi.fn();
  const kept = () => Object.values({ ...window.sessionStorage }).join("");
  const come = (name: string, status: number, requestConfig: object, headers: Record<string, string> = {}) => {
    const xhr = { status, getResponseHeader: (header: string) => headers[header] ?? null };
    const event = new CustomEvent(name, { bubbles: true, cancelable: true, detail: { xhr, target: document.body, requestConfig: { elt: document.body, ...requestConfig } } });
    return document.body.dispatchEvent(event);
  };

  beforeAll(() => { startSessionEnd(document); });

  beforeEach(() => {
    reload.mockReset();
    window.sessionStorage.clear();
    vi.stubGlobal("location", { pathname: "/documents/3/", search: "", href: "http://localhost/documents/3/", reload });
    document.body.dataset["person"] = "1";
    document.body.innerHTML = '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="old"><textarea name="text"></textarea></form><div id="toasts"></div>';
    const text = document.querySelector("textarea");
    if (text) text.value = "拟同意。";
  });

  afterEach(() => {
    document.body.innerHTML = "";
    document.body.removeAttribute("data-person");
    document.body.removeAttribute("hx-headers");
    window.sessionStorage.clear();
    vi.unstubAllGlobals();
  });

  it("leaves a page alone that only looked, and says once what to do", () => {
    const event = new CustomEvent("live:inbox");
    expect(come("htmx:beforeSwap", 401, { verb: "get", triggeringEvent: event })).toBe(false);
    come("htmx:beforeSwap", 401, { verb: "get", triggeringEvent: event });
    expect(reload).not.toHaveBeenCalled();
    expect(document.querySelectorAll("#toasts > *")).toHaveLength(1);
    expect(document.querySelector("#toasts")?.textContent).toContain("登录已失效");
    expect(document.querySelector<HTMLAnchorElement>("#toasts a")?.target).toBe("_blank");
    expect(document.querySelector("textarea")?.value).toBe("拟同意。");
  });

  it("lets the page go on after signing in beside it", () => {
    come("htmx:beforeSwap", 401, { verb: "get" });
    vi.spyOn(document, "cookie", "get").mockReturnValue("csrftoken=new");
    window.dispatchEvent(new Event("focus"));
    expect(document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value).toBe("new");
    expect(document.body.getAttribute("hx-headers")).toContain("new");
    come("htmx:afterRequest", 200, { verb: "get" });
    expect(document.querySelector("#toasts")?.childElementCount).toBe(0);
    vi.restoreAllMocks();
  });

  it("keeps what was typed before it goes to sign in with what was sent", () => {
    come("htmx:beforeSwap", 401, { verb: "post", triggeringEvent: new Event("submit") });
    expect(reload).toHaveBeenCalledTimes(1);
    expect(kept()).toContain("拟同意。");
  });

  it("keeps it, too, when the answer leads through a gate, and not when it leads on", () => {
    come("htmx:beforeOnLoad", 204, { verb: "post" }, { "HX-Redirect": "/documents/3/" });
    expect(kept()).toBe("");
    come("htmx:beforeOnLoad", 200, { verb: "get" }, { "HX-Redirect": "/me/unlock/?next=%2Fdocuments%2F3%2F" });
    expect(kept()).toContain("拟同意。");
  });

  it("leaves the draft to its editor", () => {
    document.body.append(document.createElement("body-editor"));
    come("htmx:beforeSwap", 401, { verb: "post", triggeringEvent: new Event("submit") });
    expect(reload).not.toHaveBeenCalled();
  });
});
