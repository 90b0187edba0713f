import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NoticePermission } from "./notice-permission";

if (!customElements.get("notice-permission")) customElements.define("notice-permission", NoticePermission);

function shown(): { words: string; button: HTMLButtonElement } {
  document.body.innerHTML = "<notice-permission><span data-permission></span><button data-ask hidden></button></notice-permission>";
  return {
    words: document.querySelector("[data-permission]")?.textContent ?? "",
    button: document.querySelector("[data-ask]") as HTMLButtonElement,
  };
}

describe("notice-permission", () => {
  beforeEach(() => {
    vi.stubGlobal("isSecureContext", true);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    document.body.innerHTML = "";
  });

  it("says so when the browser cannot show notices", () => {
    vi.stubGlobal("isSecureContext", false);
    vi.stubGlobal("Notification", { permission: "default" });
    const { words, button } = shown();
    expect(words).toContain("不支持");
    expect(button.hidden).toBe(true);
  });

  it("offers to ask, and tells the answer", async () => {
    const notification = { permission: "default", requestPermission: vi.fn() };
    notification.requestPermission.mockImplementation(() => {
      notification.permission = "granted";
      return Promise.resolve("granted");
    });
    vi.stubGlobal("Notification", notification);
    const { button } = shown();
    expect(button.hidden).toBe(false);
    button.click();
    await vi.waitFor(() => {
      expect(document.querySelector("[data-permission]")?.textContent).toContain("已允许");
    });
    expect(button.hidden).toBe(true);
  });

  it("says how to undo a refusal", () => {
    vi.stubGlobal("Notification", { permission: "denied" });
    const { words, button } = shown();
    expect(words).toContain("已禁止");
    expect(button.hidden).toBe(true);
  });
});
