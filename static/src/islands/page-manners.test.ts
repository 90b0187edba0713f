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

  it("keeps it while the page only fetches", () => {
    asked("get");
    expect(document.querySelectorAll(".toast--error")).toHaveLength(1);
  });
});
