// One picker for people and units: chips in their order here, the choosing itself in a dialog.
import { button, icon, iconButton, make } from "./dom";
import { PickerDialog } from "./picker-dialog";
import type { Item, Picks } from "./picker-data";

/** <unit-picker name picks="organ|appointment" multiple label> with the chosen ones as JSON in a script. */
export class UnitPicker extends HTMLElement {
  private chosen: Item[] = [];

  connectedCallback(): void {
    const initial = this.querySelector("script[type='application/json']")?.textContent;
    if (initial) this.chosen = JSON.parse(initial) as Item[];
    this.draw();
  }

  private get picks(): Picks {
    return this.getAttribute("picks") === "appointment" ? "appointment" : "organ";
  }

  private get label(): string {
    return this.getAttribute("label") ?? "选择";
  }

  private get heading(): string {
    const named = document.getElementById(this.getAttribute("aria-labelledby") ?? "")?.textContent?.replace("*", "").trim();
    return named ? `选择${named}` : this.label;
  }

  private draw(): void {
    const box = make("div", "picker");
    const chips = make("ul", "picker__chips");
    const labelled = this.getAttribute("aria-labelledby");
    if (labelled) chips.setAttribute("aria-labelledby", labelled);
    chips.append(...this.chosen.map((item) => this.chip(item)));
    if (!this.chosen.length) chips.append(make("li", "picker__none", "尚未选择"));
    const open = button("button button--quiet button--small picker__open", "", () => {
      this.open();
    });
    open.append(this.picks === "organ" ? icon("building", "sm") : icon("users", "sm"), this.label);
    box.append(chips, open);
    this.replaceChildren(box, ...this.chosen.map((item) => this.field(item)));
  }

  get items(): readonly Item[] {
    return this.chosen;
  }

  /** Other ones are chosen now, `data-changed` says so from then on. */
  put(chosen: Item[]): void {
    this.chosen = chosen;
    this.toggleAttribute("data-changed", true);
    this.draw();
    this.dispatchEvent(new Event("input", { bubbles: true }));
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private field(item: Item): HTMLInputElement {
    const input = make("input");
    input.type = "hidden";
    input.name = this.getAttribute("name") ?? "picked";
    input.value = String(item.id);
    return input;
  }

  private chip(item: Item): HTMLLIElement {
    const chip = make("li", "picker__chip");
    const name = make("span", "", item.name);
    if (item.detail) name.title = item.detail;
    const remove = iconButton("picker__remove", icon("x", "sm"), `移除 ${item.name}`, () => {
      this.put(this.chosen.filter((other) => other.key !== item.key));
      this.querySelector<HTMLButtonElement>(".picker__open")?.focus();
    });
    chip.append(name, remove);
    return chip;
  }

  private open(): void {
    const dialog = new PickerDialog({
      title: this.heading,
      picks: this.picks,
      multiple: this.hasAttribute("multiple"),
      chosen: this.chosen,
      done: (chosen) => {
        this.put(chosen);
        this.querySelector<HTMLButtonElement>(".picker__open")?.focus();
      },
    });
    dialog.show();
  }
}
