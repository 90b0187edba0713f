import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startPageManners, toast } from "./page-manners";

function asked(verb: string): void {
  document.dispatchEvent(new CustomEvent("htmx:beforeRequest", { detail: { requestConfig: { verb, elt: document.body } } }));
}

describe("page manners", () => {
  beforeAll(() => {
    startPageManners(document);
  });
  beforeEach(() => {
    document.body.innerHTML = '<div id="toasts"></div>';
    toast(document, "请写明退回原因。", "error");
    toast(document, "已保存。");
  });

  it("lets a refusal go when something is sent again", () => {
    asked("post");
    expect(document.querySelector("#toasts")?.textContent).toBe("已保存。");
  });

  it("does not send the second click of a double click when the page is leaving", () => {
    const form = document.body.appendChild(document.createElement("form"));
    const again = () => {
      const event = new CustomEvent("htmx:beforeRequest", {
        bubbles: true,
        cancelable: true,
        detail: { requestConfig: { verb: "post" } },
      });
      return form.dispatchEvent(event);
    };
    const answered = (address: string | null) => {
      const xhr = { getResponseHeader: () => address };
      const detail = { xhr, requestConfig: { verb: "post" } };
      form.dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true, detail }));
    };
    answered(null);
    expect(again()).toBe(true);
    answered("/documents/incoming/1/");
    expect(again()).toBe(false);
  });

  it("keeps it while the page only fetches", () => {
    asked("get");
    expect(document.querySelectorAll(".toast--error")).toHaveLength(1);
  });

  it("sends a form once, and soon again where the answer opens beside the page", () => {
    vi.useFakeTimers();
    document.body.innerHTML = '<form method="post"><button id="print" formtarget="_blank">打印</button><button id="sign">签收</button></form>';
    let sent = 0;
    const count = (event: Event) => {
      if (!event.defaultPrevented) sent += 1;
      event.preventDefault();
    };
    window.addEventListener("submit", count);
    const press = (selector: string) => document.querySelector<HTMLButtonElement>(selector)?.click();
    press("#print");
    press("#print");
    expect(sent).toBe(1);
    vi.advanceTimersByTime(1500);
    press("#sign");
    press("#sign");
    vi.advanceTimersByTime(1500);
    press("#sign");
    expect(sent).toBe(2);
    window.removeEventListener("submit", count);
    vi.useRealTimers();
  });

  it("puts a phrase in the place of another one, and behind what somebody wrote", () => {
    document.body.innerHTML = '<textarea id="opinion"></textarea><button id="a" data-fill="#opinion">同意。</button><button id="b" data-fill="#opinion">请阅办。</button>';
    const field = document.querySelector("textarea") as HTMLTextAreaElement;
    const press = (selector: string) => document.querySelector<HTMLButtonElement>(selector)?.click();
    press("#a");
    press("#b");
    expect(field.value).toBe("请阅办。");
    field.value = "请财政局核实资金。";
    press("#a");
    expect(field.value).toBe("请财政局核实资金。同意。");
  });
});
