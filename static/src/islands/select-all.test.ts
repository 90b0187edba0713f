import { describe, expect, it } from "vitest";
import { SelectAll } from "./select-all";

describe("select-all", () => {
  it("checks all, counts, and wakes the batch act", () => {
    if (!customElements.get("select-all")) customElements.define("select-all", SelectAll);
    document.body.innerHTML =
      '<select-all><input type="checkbox" data-all><input type="checkbox" name="selected"><input type="checkbox" name="selected">' +
      "<b data-count></b><button data-batch>已阅</button></select-all>";
    const act = document.querySelector<HTMLButtonElement>("[data-batch]");
    expect(act?.disabled).toBe(true);
    document.querySelector<HTMLInputElement>("[data-all]")?.click();
    expect(document.querySelector("[data-count]")?.textContent).toBe("2");
    expect(act?.disabled).toBe(false);
  });
});
