// Carrying by pointer: a mouse drags at once, a finger after a long press; a plain tap stays a click.
const FAR = 5;
const FINGER_FAR = 10;
const LONG_MS = 280;
const EDGE = 70;
const STEP = 14;

/** Something that can be taken or put on, or nothing. */
export type Spot = HTMLElement | null;

/** What the board does about it. `take` says whether there was something to take. */
export interface Handlers {
  take: (spot: Spot) => boolean;
  over: (spot: Spot) => void;
  put: (spot: Spot) => void;
  drop: () => void;
}

/** Listens on the board for as long as the board lives. */
export class Carrying {
  private start: { spot: HTMLElement; x: number; y: number; pointer: number } | null = null;
  private ghost: HTMLElement | null = null;
  private timer = 0;
  private frame = 0;
  private last = { x: 0, y: 0 };

  constructor(
    private readonly board: HTMLElement,
    private readonly handlers: Handlers,
  ) {
    board.addEventListener("pointerdown", this.down);
    board.addEventListener("pointermove", this.move);
    board.addEventListener("pointerup", this.up);
    board.addEventListener("pointercancel", this.end);
    board.addEventListener("touchmove", (event) => { if (this.ghost && event.cancelable) event.preventDefault(); }, { passive: false });
    board.addEventListener("contextmenu", (event) => { if (this.ghost || this.timer) event.preventDefault(); });
    board.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.ghost) this.end(); });
  }

  private readonly down = (event: PointerEvent): void => {
    const spot = (event.target as Element).closest<HTMLElement>("[data-spot], [data-hands] [data-person]");
    if (!spot || event.button !== 0) return;
    this.start = { spot, x: event.clientX, y: event.clientY, pointer: event.pointerId };
    this.last = { x: event.clientX, y: event.clientY };
    if (event.pointerType !== "mouse") this.timer = window.setTimeout(this.lift, LONG_MS);
  };

  private readonly move = (event: PointerEvent): void => {
    if (!this.start || event.pointerId !== this.start.pointer) return;
    this.last = { x: event.clientX, y: event.clientY };
    const far = Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y);
    if (!this.ghost) {
      if (event.pointerType === "mouse" && far > FAR) this.lift();
      else if (event.pointerType !== "mouse" && far > FINGER_FAR) this.end();
    }
    if (this.ghost) this.follow();
  };

  private readonly lift = (): void => {
    window.clearTimeout(this.timer);
    this.timer = 0;
    const from = this.start;
    if (!from || !this.handlers.take(from.spot)) {
      this.start = null;
      return;
    }
    if (this.board.hasPointerCapture?.(from.pointer) === false) this.board.setPointerCapture(from.pointer);
    this.ghost = document.createElement("div");
    this.ghost.className = "roster-ghost";
    this.ghost.setAttribute("aria-hidden", "true");
    this.ghost.textContent = from.spot.firstChild?.textContent?.trim() ?? "";
    document.body.append(this.ghost);
    this.follow();
    this.frame = window.requestAnimationFrame(this.scroll);
  };

  private follow(): void {
    if (this.ghost) this.ghost.style.transform = `translate(${String(this.last.x)}px, ${String(this.last.y)}px)`;
    this.handlers.over(this.under());
  }

  private under(): Spot {
    const found = document.elementFromPoint(this.last.x, this.last.y);
    return found?.closest("[data-cell]")?.querySelector<HTMLElement>("[data-spot]") ?? found?.closest<HTMLElement>("[data-hands]") ?? null;
  }

  /** Near an edge the page or the table goes along. */
  private readonly scroll = (): void => {
    if (!this.ghost) return;
    const box = this.board.querySelector(".table-scroll");
    const by = this.last.y < EDGE ? -STEP : this.last.y > window.innerHeight - EDGE ? STEP : 0;
    if (by) {
      window.scrollBy(0, by);
      this.board.closest("main")?.scrollBy(0, by);
      this.handlers.over(this.under());
    }
    if (box) {
      const edges = box.getBoundingClientRect();
      if (this.last.y < edges.top + EDGE / 2) box.scrollTop -= STEP;
      else if (this.last.y > edges.bottom - EDGE / 2) box.scrollTop += STEP;
    }
    this.frame = window.requestAnimationFrame(this.scroll);
  };

  private readonly up = (event: PointerEvent): void => {
    if (!this.start || event.pointerId !== this.start.pointer) return;
    if (this.ghost) {
      this.last = { x: event.clientX, y: event.clientY };
      const spot = this.under();
      this.quiet();
      this.tidy();
      this.handlers.put(spot);
    } else this.tidy();
  };

  /** The click that ends a drag is none. */
  private quiet(): void {
    const once = (event: Event): void => { event.stopPropagation(); event.preventDefault(); };
    document.addEventListener("click", once, { capture: true, once: true });
    window.setTimeout(() => { document.removeEventListener("click", once, true); }, 0);
  }

  private readonly end = (): void => {
    const wasCarrying = this.ghost !== null;
    this.tidy();
    if (wasCarrying) this.handlers.drop();
  };

  private tidy(): void {
    window.clearTimeout(this.timer);
    window.cancelAnimationFrame(this.frame);
    this.timer = 0;
    this.start = null;
    this.ghost?.remove();
    this.ghost = null;
  }
}
