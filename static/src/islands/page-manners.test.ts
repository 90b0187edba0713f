import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startPageManners, toast } from "./page-manners";

function asked(verb: string): void {
  document.dispatchEvent(new CustomEvent("htmx:beforeRequest", { detail: { requestConfig: { verb } } }));
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
});
