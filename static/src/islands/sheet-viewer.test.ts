import { describe, expect, it } from "vitest";
import { SheetViewer } from "./sheet-viewer";

describe("sheet-viewer", () => {
  it("zooms in steps and says so", () => {
    if (!customElements.get("sheet-viewer")) customElements.define("sheet-viewer", SheetViewer);
    document.body.innerHTML =
      '<sheet-viewer><button data-zoom="in"></button><button data-zoom="out"></button><b data-percent></b><div data-stage><div class="sheet" data-page="1"></div></div></sheet-viewer>';
    expect(document.querySelector("[data-percent]")?.textContent).toBe("100%");
    document.querySelector<HTMLButtonElement>("[data-zoom]")?.click();
    expect(document.querySelector("[data-percent]")?.textContent).toBe("125%");
    const viewer = document.querySelector<HTMLElement>("sheet-viewer");
    expect(viewer?.style.getPropertyValue("--zoom")).toBe("1.25");
    expect(viewer?.hasAttribute("data-zoomed")).toBe(true);
    document.querySelector<HTMLButtonElement>("[data-zoom=out]")?.click();
    expect(viewer?.hasAttribute("data-zoomed")).toBe(false);
  });
});
