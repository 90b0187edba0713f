// Beside the stage on a desk, a sheet over its lower part on a phone: the people, and the talk.
import { icon, iconButton, make } from "../islands/dom";

export type Leaf = "people" | "chat";
const NAMES: Record<Leaf, string> = { people: "成员", chat: "聊天" };

export class Drawer {
  readonly root = make("aside", "room-side");
  private readonly tabs = make("div", "room-side__tabs");
  private readonly leaves = new Map<Leaf, HTMLElement>();
  private readonly buttons = new Map<Leaf, HTMLButtonElement>();
  private open: Leaf | "" = "";

  constructor(private readonly onTurn: (open: Leaf | "") => void) {
    this.root.hidden = true;
    const head = make("header", "room-side__head");
    head.append(this.tabs, iconButton("room-side__close", icon("x"), "收起", () => { this.show(""); }));
    this.root.append(head);
  }

  add(leaf: Leaf, content: HTMLElement): void {
    const tab = make("button", "room-side__tab", NAMES[leaf]);
    tab.type = "button";
    tab.addEventListener("click", () => { this.show(leaf); });
    this.tabs.append(tab);
    this.buttons.set(leaf, tab);
    this.leaves.set(leaf, content);
    content.hidden = true;
    this.root.append(content);
  }

  toggle(leaf: Leaf): void {
    this.show(this.open === leaf ? "" : leaf);
  }

  isOpen(leaf: Leaf): boolean {
    return this.open === leaf;
  }

  show(leaf: Leaf | ""): void {
    this.open = leaf;
    this.root.hidden = leaf === "";
    this.root.setAttribute("aria-label", leaf ? NAMES[leaf] : "");
    for (const [name, content] of this.leaves) content.hidden = name !== leaf;
    for (const [name, tab] of this.buttons) tab.setAttribute("aria-pressed", String(name === leaf));
    this.onTurn(leaf);
  }
}
