// Page images on a quiet stage: zoom, jump, full screen. Without script the pages stand below each other all the same.
const STEPS = [50, 67, 84, 100, 125, 150, 200];

/** <sheet-viewer> holds [data-stage] with [data-page] sheets, [data-jump] thumbs and [data-zoom] buttons. */
export class SheetViewer extends HTMLElement {
  private step = STEPS.indexOf(100);

  connectedCallback(): void {
    this.addEventListener("click", this.clicked);
    this.stage()?.addEventListener("scroll", this.scrolled, { passive: true });
    this.apply();
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.clicked);
  }

  private stage(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-stage]");
  }

  private readonly clicked = (event: Event): void => {
    const target = (event.target as Element).closest<HTMLElement>("[data-jump], [data-zoom], [data-full]");
    if (!target) return;
    if (target.dataset["jump"]) this.querySelector(`[data-page="${target.dataset["jump"]}"]`)?.scrollIntoView({ block: "start" });
    if (target.dataset["zoom"]) {
      this.step = Math.max(0, Math.min(STEPS.length - 1, this.step + (target.dataset["zoom"] === "in" ? 1 : -1)));
      this.apply();
    }
    if ("full" in target.dataset) {
      if (document.fullscreenElement) void document.exitFullscreen();
      else void this.requestFullscreen();
    }
  };

  private apply(): void {
    const percent = STEPS[this.step] ?? 100;
    this.style.setProperty("--zoom", String(percent / 100));
    this.toggleAttribute("data-zoomed", percent !== 100);
    for (const shown of this.querySelectorAll("[data-percent]")) shown.textContent = `${String(percent)}%`;
  }

  private readonly scrolled = (): void => {
    const stage = this.stage();
    if (!stage) return;
    const middle = stage.getBoundingClientRect().top + stage.clientHeight / 3;
    let current = "1";
    for (const sheet of this.querySelectorAll<HTMLElement>("[data-page]")) {
      if (sheet.getBoundingClientRect().top <= middle) current = sheet.dataset["page"] ?? current;
    }
    for (const thumb of this.querySelectorAll<HTMLElement>("[data-jump]")) {
      if (thumb.dataset["jump"] === current) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    }
    for (const shown of this.querySelectorAll("[data-current]")) shown.textContent = current;
  };
}
