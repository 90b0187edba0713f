import { beforeEach, describe, expect, it, vi } from "vitest";
import { startShell } from "./pwa";

describe("pwa", () => {
  let left = 0;
  beforeEach(() => {
    window.localStorage.clear();
    left = 0;
    document.body.innerHTML = '<form action="/accounts/logout/"></form><div id="toasts"></div>';
    document.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      left += 1;
    });
  });
  startShell(document, window.localStorage);
  const leave = () => document.querySelector("form")?.requestSubmit();

  it("signs out at once when nothing is kept, and leaves the appearance alone", () => {
    window.localStorage.setItem("tz.text", "large");
    leave();
    expect(left).toBe(1);
    expect(window.localStorage.getItem("tz.text")).toBe("large");
  });

  it("leaves the cached shell, which is nobody's, and no word typed before a lock", () => {
    const drop = vi.fn();
    vi.stubGlobal("caches", { keys: () => { drop(); return Promise.resolve([]); }, delete: drop });
    window.sessionStorage.setItem("tz.typed.1./duty/", "[]");
    leave();
    expect(drop).not.toHaveBeenCalled();
    expect(window.sessionStorage).toHaveLength(0);
    vi.unstubAllGlobals();
  });

  it("warns before unsaved text is lost and clears it the second time", () => {
    window.localStorage.setItem("tz.draft.7", "{}");
    leave();
    expect(left).toBe(0);
    expect(document.querySelector("[role=alert]")?.textContent).toContain("未提交");
    leave();
    expect(left).toBe(1);
    expect(window.localStorage.getItem("tz.draft.7")).toBeNull();
  });
});
