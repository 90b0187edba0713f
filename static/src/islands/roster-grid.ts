// The month's table worked on by hand: take a name up (drag, long press, tap or Enter), see where it may go, put it down.
import { presetOf } from "./changed-fields";
import { csrfToken } from "./csrf";
import { Carrying, type Spot } from "./roster-carrying";

const NOBODY = "空";

/** One place that may change: its list of people stays the form's field, the button shows and carries the name. */
interface Place {
  key: string;
  post: string;
  select: HTMLSelectElement;
  button: HTMLButtonElement;
  saved: string;
}

/** What is in the hand: somebody from a place, or from the row of people. */
interface Hand {
  person: string;
  name: string;
  source: Place | null;
  button: HTMLElement;
}

/** Round the roster's form. `check` and `reach`: where the server judges; `may-clear`: places may stay empty. */
export class RosterGrid extends HTMLElement {
  private readonly places = new Map<string, Place>();
  private readonly undone: [Place, string][][] = [];
  private hand: Hand | null = null;
  private reach: Record<string, string> = {};
  private asked = 0;
  private isSending = false;

  connectedCallback(): void {
    if (this.places.size || !this.form) return;
    for (const select of this.querySelectorAll<HTMLSelectElement>("select[name^=place-]")) this.adopt(select);
    this.inside("[data-hands]")?.removeAttribute("hidden");
    new Carrying(this, { take: this.takeAt, over: this.over, put: this.putAt, drop: this.cancel });
    this.addEventListener("click", this.clicked);
    this.addEventListener("keydown", this.keyed);
    this.addEventListener("change", this.chosen);
    this.addEventListener("click", this.savedFirst, true);
    this.addEventListener("htmx:beforeRequest", () => { this.isSending = true; });
    this.addEventListener("htmx:afterRequest", this.answered);
    window.addEventListener("beforeunload", this.leaving);
    this.draw();
    if (this.changed.length) this.tellChanges(); // put back by the browser, or after a lock
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.leaving);
  }

  private get form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  private get changed(): Place[] {
    return [...this.places.values()].filter((place) => place.select.value !== place.saved);
  }

  private inside(selector: string): HTMLElement | null {
    return this.querySelector(selector);
  }

  private adopt(select: HTMLSelectElement): void {
    const key = select.name.replace("place-", "");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "roster-name";
    button.dataset["spot"] = key;
    select.before(button);
    select.classList.add("roster-choice");
    const post = (select.getAttribute("aria-label") ?? "").split(" ").at(-1) ?? "";
    this.places.set(key, { key, post, select, button, saved: presetOf(select)?.value ?? "" });
  }

  private place(spot: Spot): Place | undefined {
    return spot?.dataset["spot"] === undefined ? undefined : this.places.get(spot.dataset["spot"]);
  }

  private personIn(place: Place): string {
    return place.select.selectedOptions[0]?.dataset["person"] ?? "";
  }

  private nameIn(place: Place): string {
    return place.select.value ? (place.select.selectedOptions[0]?.textContent?.trim() ?? "") : "";
  }

  private optionOf(place: Place, person: string): string | undefined {
    if (!person) return "";
    return [...place.select.options].find((one) => one.dataset["person"] === person)?.value;
  }

  private takeAt = (spot: Spot): boolean => {
    const place = this.place(spot);
    if (place) return this.take(this.personIn(place), this.nameIn(place), place, place.button);
    const person = spot?.dataset["person"];
    return person !== undefined && !!spot && this.take(person, spot.firstChild?.textContent?.trim() ?? "", null, spot);
  };

  private take(person: string, name: string, source: Place | null, button: HTMLElement): boolean {
    if (!person) return false;
    this.cancel();
    this.hand = { person, name, source, button };
    button.setAttribute("aria-pressed", "true");
    this.toggleAttribute("data-carrying", true);
    this.say(`已拿起${name}${source ? `（${source.select.getAttribute("aria-label") ?? ""}）` : ""}，请选择要放的位置。`);
    void this.ask(this.hand);
    return true;
  }

  /** Where the hand may go, as the server judges; an answer that comes too late is passed over. */
  private async ask(hand: Hand): Promise<void> {
    const asked = (this.asked += 1);
    const body = this.data();
    body.set("person", hand.person);
    if (hand.source) body.set("source", hand.source.key);
    try {
      const answer = await fetch(this.getAttribute("reach") ?? "", {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "application/json" },
        body,
      });
      if (!answer.ok || asked !== this.asked || this.hand !== hand) return;
      this.reach = ((await answer.json()) as { places: Record<string, string> }).places;
    } catch {
      return; // without the hints a name can still be put down; the check after it says what is wrong
    }
    for (const [key, words] of Object.entries(this.reach)) {
      const place = this.places.get(key);
      if (place && !this.barred(hand, place)) place.button.setAttribute("data-reach", words ? "wrong" : "free");
    }
  }

  private data(): URLSearchParams {
    const body = new URLSearchParams();
    if (this.form) for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    return body;
  }

  private over = (spot: Spot): void => {
    const place = this.place(spot);
    for (const one of this.querySelectorAll("[data-over]")) one.removeAttribute("data-over");
    if (!this.hand) return;
    place?.button.setAttribute("data-over", "");
    if (place) this.say(this.foretold(this.hand, place));
  };

  private foretold(hand: Hand, place: Place): string {
    const where = place.select.getAttribute("aria-label") ?? "";
    const barred = this.barred(hand, place);
    if (barred) return barred;
    const words = this.reach[place.key];
    if (words) return `放在${where}：${words}。`;
    const other = this.nameIn(place);
    const exchange = hand.source && other && place !== hand.source ? `，与${other}对调` : "";
    return `放在${where}${exchange}${words === "" ? "，符合规则" : ""}。`;
  }

  /** Why the exchange cannot be at all: somebody is not among the people of the post. */
  private barred(hand: Hand, place: Place): string {
    if (this.optionOf(place, hand.person) === undefined) return `${hand.name}不在“${place.post}”可值班人员中，不能放在这里。`;
    if (!hand.source || this.optionOf(hand.source, this.personIn(place)) !== undefined) return "";
    return `${this.nameIn(place)}不在“${hand.source.post}”可值班人员中，不能对调。`;
  }

  private putAt = (spot: Spot): void => {
    const hand = this.hand;
    const place = this.place(spot);
    if (!hand || !place || place === hand.source) {
      if (hand?.source && spot?.closest("[data-hands]")) this.clear(hand.source);
      this.cancel();
      return;
    }
    const refusal = this.barred(hand, place);
    this.cancel();
    if (refusal) {
      this.say(refusal);
      return;
    }
    const steps: [Place, string][] = [[place, this.optionOf(place, hand.person) ?? ""]];
    if (hand.source) steps.push([hand.source, this.optionOf(hand.source, this.personIn(place)) ?? ""]);
    this.make(steps);
    place.button.focus();
  };

  private clear(place: Place): void {
    if (!this.hasAttribute("may-clear")) this.say("值班表已发布，岗位不能空缺，请直接选择接替人员。");
    else if (place.select.value) this.make([[place, ""]]);
  }

  private make(steps: [Place, string][]): void {
    this.undone.push(steps.map(([place]) => [place, place.button.dataset["value"] ?? place.saved]));
    for (const [place, value] of steps) place.select.value = value;
    this.draw();
    this.tellChanges();
  }

  private tellChanges(): void {
    this.say(`未保存改动 ${String(this.changed.length)} 处。`);
    void this.judge();
  }

  private readonly undo = (): void => {
    const steps = this.undone.pop();
    if (!steps) return;
    for (const [place, value] of steps) place.select.value = value;
    this.draw();
    this.say(this.changed.length ? `已撤销一步，未保存改动 ${String(this.changed.length)} 处。` : "已撤销，没有未保存的改动。");
    void this.judge();
  };

  private readonly cancel = (): void => {
    this.hand?.button.removeAttribute("aria-pressed");
    this.hand = null;
    this.reach = {};
    this.removeAttribute("data-carrying");
    for (const one of this.querySelectorAll("[data-reach], [data-over]")) {
      one.removeAttribute("data-reach");
      one.removeAttribute("data-over");
    }
    this.say(this.changed.length ? `未保存改动 ${String(this.changed.length)} 处。` : "");
  };

  /** The server's word on the month as it stands on the screen. */
  private async judge(): Promise<void> {
    const asked = (this.asked += 1);
    const box = document.querySelector("[data-roster-check]");
    try {
      const answer = await fetch(this.getAttribute("check") ?? "", {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
        body: this.data(),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = await answer.text();
      if (asked !== this.asked || !box) return;
      box.innerHTML = page; // our own template
    } catch {
      if (asked === this.asked) this.say("暂时无法检查规则，保存时将再次检查。");
      return;
    }
    this.mark(box);
  }

  private mark(box: Element): void {
    const words = new Map<string, string>();
    for (const line of box.querySelectorAll<HTMLElement>("[data-place]")) {
      const key = line.dataset["place"] ?? "";
      words.set(key, `${words.get(key) ?? ""}${line.textContent?.trim() ?? ""} `);
    }
    for (const cell of this.querySelectorAll<HTMLElement>("[data-cell]")) {
      const found = words.get(cell.dataset["cell"] ?? "") ?? "";
      cell.classList.toggle("roster-table__wrong", found !== "");
      cell.title = found.trim();
    }
    const empty = Number(box.querySelector<HTMLElement>("[data-empty]")?.dataset["empty"] ?? 0);
    const left = this.inside("[data-left]");
    if (left) left.textContent = empty ? `还有 ${String(empty)} 个空缺` : "已排满";
  }

  private draw(): void {
    const held = new Map<string, number>();
    for (const place of this.places.values()) {
      const { select, button } = place;
      const was = button.dataset["value"] ?? select.value;
      const name = this.nameIn(place);
      button.dataset["value"] = select.value;
      button.textContent = name || NOBODY;
      button.toggleAttribute("data-nobody", !name);
      button.toggleAttribute("data-changed", select.value !== place.saved);
      button.setAttribute("aria-label", `${select.getAttribute("aria-label") ?? ""} ${name || "空缺"}`);
      this.count(held, select, was, -1);
      this.count(held, select, select.value, 1);
    }
    for (const chip of this.querySelectorAll<HTMLElement>("[data-hands] [data-person]")) {
      const count = Number(chip.dataset["count"]) + (held.get(chip.dataset["person"] ?? "") ?? 0);
      chip.dataset["count"] = String(count);
      const shown = chip.querySelector("[data-held]");
      if (shown) shown.textContent = String(count);
    }
  }

  private count(held: Map<string, number>, select: HTMLSelectElement, value: string, by: number): void {
    const person = [...select.options].find((one) => one.value === value)?.dataset["person"];
    if (person) held.set(person, (held.get(person) ?? 0) + by);
  }

  private say(words: string): void {
    const hint = this.inside("[data-hint]");
    const said = this.inside("[data-said]");
    if (said) said.textContent = words;
    this.inside("[data-cancel]")?.toggleAttribute("hidden", !this.hand);
    this.inside("[data-undo]")?.toggleAttribute("hidden", !!this.hand || !this.undone.length);
    hint?.toggleAttribute("hidden", !words && !this.undone.length);
  }

  private readonly clicked = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    if (target.closest("[data-cancel]")) this.cancel();
    else if (target.closest("[data-undo]")) this.undo();
    else {
      const spot = target.closest<HTMLElement>("[data-spot], [data-hands] [data-person]");
      if (!spot) return;
      if (!this.hand) {
        if (!this.takeAt(spot)) this.say("这里还没有人，可先点上方姓名，再点这里。");
      } else if (spot.dataset["spot"] === undefined) {
        const again = this.hand.button === spot;
        this.cancel();
        if (!again) this.takeAt(spot);
      } else this.putAt(spot);
    }
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      if ((event.target as Element).matches("input")) return;
      event.preventDefault();
      this.undo();
      return;
    }
    if (event.key === "Escape" && this.hand) {
      event.preventDefault();
      this.cancel();
    }
    const spot = (event.target as Element).closest<HTMLElement>("[data-spot]");
    const place = this.place(spot);
    if (!spot || !place) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.clear(place);
      return;
    }
    const next = this.beside(spot, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    this.over(next);
  };

  /** The next place that may change in the direction of an arrow key. */
  private beside(spot: HTMLElement, key: string): HTMLElement | null {
    const cell = spot.closest("td");
    const row = cell?.closest("tr");
    if (!cell || !row) return null;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const all = [...row.querySelectorAll<HTMLElement>("[data-spot]")];
      return all[all.indexOf(spot) + (key === "ArrowRight" ? 1 : -1)] ?? null;
    }
    if (key !== "ArrowUp" && key !== "ArrowDown") return null;
    const walk = (from: Element): Element | null => (key === "ArrowUp" ? from.previousElementSibling : from.nextElementSibling);
    for (let other = walk(row); other; other = walk(other)) {
      const found = other.children[cell.cellIndex]?.querySelector<HTMLElement>("[data-spot]");
      if (found) return found;
    }
    return null;
  }

  /** Chosen from the list of a place. */
  private readonly chosen = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    const place = this.places.get(select.name.replace("place-", ""));
    if (!place) return;
    this.cancel();
    this.make([[place, select.value]]);
  };

  private readonly savedFirst = (event: MouseEvent): void => {
    if (!(event.target as Element).closest("[data-saved-first]") || !this.changed.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.say("有未保存的改动，请先保存或撤销，再智能编排。");
  };

  private readonly answered = (event: Event): void => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    this.isSending = xhr.status > 0 && xhr.status < 400;
  };

  private readonly leaving = (event: BeforeUnloadEvent): void => {
    if (this.changed.length && !this.isSending) event.preventDefault();
  };
}

/** Make the element known. */
export function register(): void {
  customElements.define("roster-grid", RosterGrid);
}
