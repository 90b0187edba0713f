// 同步翻页: one sheet at a time, where the presenter is. Whoever leafs by oneself may come back; a lost line is taken up again.
import { csrfToken } from "./csrf";

interface Sheet {
  url: string;
  width: number;
  height: number;
}

/** What the server says of the meeting's showing; `id` 0: nothing is shown. */
export interface Facts {
  id: number;
  over?: boolean;
  hears?: boolean;
  turn?: number;
  page?: number;
  name?: string;
  item?: string;
  presenter?: string;
  mine?: boolean;
  leads?: boolean;
  pages?: Sheet[];
}

const LOOK_MS = 10_000;
const SWIPE = 60;
const KEYS: Record<string, number> = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1, " ": 1 };

/** <page-show data-state data-turn> with the facts as JSON in a script. */
export class PageShow extends HTMLElement {
  private facts: Facts = { id: 0 };
  private page = 1;
  private follows = true;
  private looking = 0;
  private unsent = 0; // the page the presenter has turned to and the server has not heard of
  private isSending = false;
  private asking = 0;
  private heard = 0; // the latest question that has come to an end: an older one's answer says nothing of the line
  private touchedAt = 0;
  private isLeaving = false; // a form is on its way: drawing anew now would break it off
  private next: HTMLImageElement | null = null;

  connectedCallback(): void {
    this.facts = JSON.parse(this.querySelector("script[type='application/json']")?.textContent ?? '{"id":0}') as Facts;
    this.page = this.facts.page ?? 1;
    this.addEventListener("click", this.clicked);
    this.addEventListener("touchstart", this.touched, { passive: true });
    this.addEventListener("touchend", this.swiped);
    document.addEventListener("keydown", this.pressed);
    document.body.addEventListener("live:showing", this.told);
    document.body.addEventListener("live:resync", this.look);
    window.addEventListener("online", this.look);
    window.addEventListener("submit", this.leaving);
    this.looking = window.setInterval(this.look, LOOK_MS);
    this.draw();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.pressed);
    document.body.removeEventListener("live:showing", this.told);
    document.body.removeEventListener("live:resync", this.look);
    window.removeEventListener("online", this.look);
    window.removeEventListener("submit", this.leaving);
    window.clearInterval(this.looking);
  }

  private readonly leaving = (event: Event): void => {
    if (!event.defaultPrevented) this.isLeaving = true;
  };

  private anew(): void {
    if (!this.isLeaving) window.location.reload();
  }

  private get count(): number {
    return this.facts.pages?.length ?? 0;
  }

  private readonly look = (): void => {
    void this.asked();
  };

  /** A frame that only turns a page of what stands here says the page itself; any other says: look again. */
  private readonly told = (event: Event): void => {
    const frame = (event as CustomEvent<{ ids: number[]; v: number | null } | null>).detail;
    const [, showing, page] = frame?.ids ?? [];
    if (page && showing === this.facts.id && this.facts.hears) this.take({ ...this.facts, page, turn: frame?.v ?? 0 });
    else this.look();
  };

  private async asked(): Promise<void> {
    const number = (this.asking += 1);
    const isNews = (): boolean => {
      if (number < this.heard) return false;
      this.heard = number;
      return true;
    };
    try {
      const answer = await fetch(this.dataset["state"] ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!isNews()) return;
      if (answer.status === 404 || answer.status === 401) {
        this.anew();
        return;
      }
      this.cut(!answer.ok);
      if (answer.ok) this.take((await answer.json()) as Facts);
      if (this.unsent) void this.send();
    } catch {
      if (isNews()) this.cut(true);
    }
  }

  /** Another showing, or another part in it: the page is drawn anew by the server. An older turn is no news. */
  take(fresh: Facts): void {
    const now = this.facts;
    const isSame = now.id === fresh.id && now.hears === fresh.hears && now.mine === fresh.mine && now.leads === fresh.leads;
    if (!isSame || (fresh.id === 0 && now.over !== fresh.over) || now.pages?.length !== fresh.pages?.length) {
      this.anew();
      return;
    }
    if ((fresh.turn ?? 0) < (now.turn ?? 0)) return;
    this.facts = fresh;
    const isTold = fresh.mine ? !this.unsent && !this.isSending : this.follows; // the presenter may have a second window
    if (isTold) this.page = fresh.page ?? this.page;
    this.draw();
  }

  private turn(to: number): void {
    const page = Math.max(1, Math.min(this.count, to));
    if (page === this.page || !this.facts.hears) return;
    this.page = page;
    if (this.facts.mine) {
      this.unsent = page;
      void this.send();
    } else {
      this.follows = page === this.facts.page;
    }
    this.draw();
  }

  /** One at a time, the latest page only: quick presses do not overtake each other. */
  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (this.unsent) {
        const page = this.unsent;
        const body = new URLSearchParams({ page: String(page), showing: String(this.facts.id) });
        const answer = await fetch(this.dataset["turn"] ?? "", { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" } });
        if (this.unsent === page) this.unsent = 0;
        if (answer.ok) this.facts = { ...this.facts, ...((await answer.json()) as Facts) };
        else {
          this.unsent = 0;
          await this.asked();
        }
      }
      this.cut(false);
    } catch {
      this.cut(true); // what is unsent goes out with the next look
    } finally {
      this.isSending = false;
    }
  }

  private readonly clicked = (event: Event): void => {
    const target = (event.target as Element).closest<HTMLElement>("[data-step], [data-rejoin], [data-full]");
    if (!target) return;
    if (target.dataset["step"]) this.turn(this.page + Number(target.dataset["step"]));
    if ("rejoin" in target.dataset) this.rejoin();
    if ("full" in target.dataset) void (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen());
  };

  private rejoin(): void {
    this.follows = true;
    this.page = this.facts.page ?? this.page;
    this.draw();
    this.look();
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, button, a, summary")) return;
    const step = KEYS[event.key];
    if (!step || !this.facts.hears) return;
    event.preventDefault();
    this.turn(this.page + step);
  };

  private readonly touched = (event: TouchEvent): void => {
    this.touchedAt = event.touches[0]?.clientX ?? 0;
  };

  private readonly swiped = (event: TouchEvent): void => {
    const way = (event.changedTouches[0]?.clientX ?? 0) - this.touchedAt;
    const isOnSheet = (event.target as Element).closest("[data-stage]") !== null;
    const isZoomed = (window.visualViewport?.scale ?? 1) > 1.05;
    if (isOnSheet && !isZoomed && Math.abs(way) > SWIPE) this.turn(this.page + (way < 0 ? 1 : -1));
  };

  private cut(isCut: boolean): void {
    this.show("[data-cut]", isCut);
  }

  private show(place: string, isShown: boolean): void {
    const found = this.querySelector<HTMLElement>(place);
    if (found) found.hidden = !isShown;
  }

  private write(place: string, text: string): void {
    const found = this.querySelector(place);
    if (found && found.textContent !== text) found.textContent = text;
  }

  private draw(): void {
    const sheet = this.facts.pages?.[this.page - 1];
    const image = this.querySelector<HTMLImageElement>("[data-sheet] .sheet__image");
    if (!sheet || !image) return;
    if (image.getAttribute("src") !== sheet.url) {
      image.src = sheet.url;
      image.width = sheet.width;
      image.height = sheet.height;
      image.alt = `${this.facts.name ?? ""} 第 ${String(this.page)} 页`;
    }
    this.ahead();
    this.write("[data-page]", String(this.page));
    this.write("[data-live]", String(this.facts.page ?? 1));
    this.write("[data-presenter]", this.facts.presenter ?? "");
    const isApart = !this.facts.mine && !this.follows;
    this.show("[data-following]", !isApart);
    this.show("[data-apart]", isApart);
    this.show("[data-rejoin]", isApart);
    for (const button of this.querySelectorAll<HTMLButtonElement>("[data-step]")) {
      const to = this.page + Number(button.dataset["step"]);
      button.disabled = to < 1 || to > this.count;
    }
  }

  /** The next sheet is fetched before it is wanted. */
  private ahead(): void {
    const sheet = this.facts.pages?.[this.page];
    if (!sheet || this.next?.getAttribute("src") === sheet.url) return;
    this.next = new Image(sheet.width, sheet.height);
    this.next.src = sheet.url;
  }
}

/** Called by the shell's script where such an element stands. */
export function register(): void {
  if (!customElements.get("page-show")) customElements.define("page-show", PageShow);
}
