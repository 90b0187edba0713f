import { beforeEach, describe, expect, it, vi } from "vitest";
import { ConfirmAct } from "./confirm-act";

HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};

describe("confirm-act", () => {
  let submitted = 0;
  beforeEach(() => {
    if (!customElements.get("confirm-act")) customElements.define("confirm-act", ConfirmAct);
    submitted = 0;
    document.body.innerHTML =
      '<form><confirm-act title="签发公文" text="签发后正文锁定。"><button>签发</button></confirm-act></form>';
    document.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      submitted += 1;
    });
  });

  it("asks first and says what will happen", () => {
    document.querySelector<HTMLButtonElement>("form button")?.click();
    expect(submitted).toBe(0);
    expect(document.querySelector("dialog")?.textContent).toContain("签发后正文锁定。");
  });

  it("submits once after agreement", async () => {
    document.querySelector<HTMLButtonElement>("form button")?.click();
    document.querySelector<HTMLButtonElement>("dialog .button--primary")?.click();
    await vi.waitFor(() => expect(submitted).toBe(1));
    await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
  });

  it("lies over the page until the second click of a double click is past", () => {
    vi.useFakeTimers();
    document.querySelector<HTMLButtonElement>("form button")?.click();
    const yes = document.querySelector<HTMLButtonElement>("dialog .button--primary");
    yes?.click();
    yes?.click();
    expect(submitted).toBe(1);
    expect(document.querySelector<HTMLDialogElement>("dialog")?.open).toBe(true);
    vi.advanceTimersByTime(500);
    expect(document.querySelector("dialog")).toBeNull();
    vi.useRealTimers();
  });

  it("does nothing when refused", () => {
    document.querySelector<HTMLButtonElement>("form button")?.click();
    document.querySelector<HTMLButtonElement>("dialog .button:not(.button--primary)")?.click();
    expect(submitted).toBe(0);
  });

  it("says so when its button has gone meanwhile", () => {
    document.querySelector<HTMLButtonElement>("form button")?.click();
    document.querySelector("form")?.remove();
    document.body.insertAdjacentHTML("beforeend", '<div id="toasts"></div>');
    document.querySelector<HTMLButtonElement>("dialog .button--primary")?.click();
    expect(document.querySelector("dialog")).toBeNull();
    expect(document.querySelector("#toasts .toast--warning")?.textContent).toContain("列表已更新");
  });
});
