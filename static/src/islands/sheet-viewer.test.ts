import { describe, expect, it } from "vitest";
import { SheetViewer } from "./sheet-viewer";

describe("sheet-viewer", () => {
  it("zooms in steps and says so", () => {
    if (!customElements.get("sheet-viewer")) customElements.define("sheet-viewer", SheetViewer);
    document.body.innerHTML =
      '<sheet-viewer><button data-zoom="in"></button><b data-percent></b><div data-stage><div class="sheet" data-page="1"></div></div></sheet-viewer>';
    expect(document.querySelector("[data-percent]")?.textContent).toBe("100%");
    document.querySelector<HTMLButtonElement>("[data-zoom]")?.click();
    expect(document.querySelector("[data-percent]")?.textContent).toBe("125%");
  });
});
