// One picker for people and units: tree by rank, search by name, pinyin and initials, kept groups, recent; keyboard throughout.
export interface Item {
  key: string;
  kind: "organ" | "unit" | "appointment";
  id: number;
  name: string;
  detail: string;
  has_children: boolean;
}

const RECENT_KEY = "tz.picked.";
const RECENT_MOST = 8;

/** <unit-picker name="main" picks="organ|appointment" multiple> with the chosen ones as JSON in [data-chosen]. */
export class UnitPicker extends HTMLElement {
  private chosen: Item[] = [];
  private searchTimer = 0;

  connectedCallback(): void {
    const initial = this.querySelector("script[type='application/json']")?.textContent;
    if (initial) this.chosen = JSON.parse(initial) as Item[];
    this.draw();
  }

  private get picks(): string {
    return this.getAttribute("picks") ?? "organ";
  }

  private draw(): void {
    const box = this.make("div", "chips");
    for (const item of this.chosen) box.append(this.chip(item));
    const open = document.createElement("button");
    open.type = "button";
    open.className = "button";
    open.textContent = this.getAttribute("label") ?? "选择";
    open.addEventListener("click", () => void this.open());
    box.append(open);
    this.replaceChildren(box, ...this.chosen.map((item) => this.field(item)));
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private field(item: Item): HTMLInputElement {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = this.getAttribute("name") ?? "picked";
    input.value = String(item.id);
    return input;
  }

  private chip(item: Item): HTMLElement {
    const chip = this.make("span", "chip chip--accent chip--removable");
    chip.append(item.name);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "chip__remove";
    remove.setAttribute("aria-label", `移除 ${item.name}`);
    remove.textContent = "×";
    remove.addEventListener("click", () => {
      this.chosen = this.chosen.filter((other) => other.key !== item.key);
      this.draw();
    });
    chip.append(remove);
    return chip;
  }

  private async open(): Promise<void> {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog dialog--wide picker";
    dialog.setAttribute("aria-label", this.getAttribute("label") ?? "选择");
    const search = document.createElement("input");
    search.type = "search";
    search.className = "control";
    search.placeholder = "名称、拼音或首字母";
    search.setAttribute("aria-label", "查找");
    const tree = this.make("ul", "picker__tree");
    tree.setAttribute("role", "tree");
    const side = this.make("div", "picker__side");
    const done = document.createElement("button");
    done.type = "button";
    done.className = "button button--primary";
    done.textContent = "确定";
    const foot = this.make("div", "dialog__foot");
    foot.append(done);
    const body = this.make("div", "picker__body");
    const main = this.make("div", "picker__main");
    main.append(search, tree);
    body.append(main, side);
    dialog.append(body, foot);
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.draw();
    });
    done.addEventListener("click", () => {
      dialog.close();
    });
    search.addEventListener("input", () => {
      window.clearTimeout(this.searchTimer);
      this.searchTimer = window.setTimeout(() => void this.find(search.value.trim(), tree, side), 180);
    });
    dialog.showModal();
    search.focus();
    await this.fill(tree, "", side);
    await this.drawSide(side, tree);
  }

  private async find(text: string, tree: HTMLElement, side: HTMLElement): Promise<void> {
    if (!text) {
      await this.fill(tree, "", side);
      return;
    }
    const kind = this.picks === "organ" ? "organ" : "person";
    const items = await UnitPicker.fetch(`/api/v1/directory/?q=${encodeURIComponent(text)}&kind=${kind}`);
    tree.replaceChildren(...items.map((item) => this.node({ ...item, has_children: false }, side, tree)));
    if (!items.length) tree.append(this.note("没有找到，请换个词。"));
  }

  private async fill(tree: HTMLElement, parent: string, side: HTMLElement): Promise<void> {
    const items = await UnitPicker.fetch(`/api/v1/units/?parent=${encodeURIComponent(parent)}&picks=${this.picks}`);
    tree.replaceChildren(...items.map((item) => this.node(item, side, tree)));
  }

  private static async fetch(url: string): Promise<Item[]> {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return [];
    return ((await answer.json()) as { results: Item[] }).results;
  }

  private node(item: Item, side: HTMLElement, tree: HTMLElement): HTMLLIElement {
    const node = document.createElement("li");
    node.setAttribute("role", "treeitem");
    const row = this.make("div", "picker__row");
    if (item.has_children) row.append(this.expander(item, node, side));
    if (this.canPick(item)) row.append(this.box(item, side, tree));
    else row.append(this.make("span", "", item.name));
    if (item.detail) row.append(this.make("span", "picker__detail", item.detail));
    node.append(row);
    return node;
  }

  private canPick(item: Item): boolean {
    return item.kind === this.picks;
  }

  private expander(item: Item, node: HTMLLIElement, side: HTMLElement): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "picker__open";
    button.setAttribute("aria-label", `展开 ${item.name}`);
    button.textContent = "▸";
    button.addEventListener("click", () => {
      const below = node.querySelector("ul");
      if (below) {
        below.remove();
        button.textContent = "▸";
        node.setAttribute("aria-expanded", "false");
        return;
      }
      const list = document.createElement("ul");
      list.setAttribute("role", "group");
      node.append(list);
      node.setAttribute("aria-expanded", "true");
      button.textContent = "▾";
      void this.fill(list, item.key, side);
    });
    return button;
  }

  private box(item: Item, side: HTMLElement, tree: HTMLElement): HTMLLabelElement {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "checkbox";
    box.checked = this.chosen.some((other) => other.key === item.key);
    box.addEventListener("change", () => {
      this.toggle(item, box.checked);
      void this.drawSide(side, tree);
    });
    label.append(box, ` ${item.name}`);
    return label;
  }

  private toggle(item: Item, wanted: boolean): void {
    this.chosen = this.chosen.filter((other) => other.key !== item.key);
    if (!wanted) return;
    this.chosen = this.hasAttribute("multiple") ? [...this.chosen, item] : [item];
    const recent = [item, ...UnitPicker.recent(this.picks).filter((other) => other.key !== item.key)].slice(0, RECENT_MOST);
    window.localStorage.setItem(RECENT_KEY + this.picks, JSON.stringify(recent));
  }

  private static recent(picks: string): Item[] {
    try {
      return JSON.parse(window.localStorage.getItem(RECENT_KEY + picks) ?? "[]") as Item[];
    } catch {
      return [];
    }
  }

  private async drawSide(side: HTMLElement, tree: HTMLElement): Promise<void> {
    const chosen = this.make("div", "chips");
    for (const item of this.chosen) {
      const chip = this.make("span", "chip chip--accent");
      chip.textContent = item.name;
      chosen.append(chip);
    }
    const parts: HTMLElement[] = [this.make("h3", "", `已选 ${String(this.chosen.length)} 个`), chosen];
    const recent = UnitPicker.recent(this.picks);
    if (recent.length) parts.push(this.make("h3", "", "最近"), this.shortcuts(recent.map((item) => [item.name, [item]]), side, tree));
    if (this.picks === "organ" && this.hasAttribute("multiple")) {
      const groups = await UnitPicker.groups();
      if (groups.length) parts.push(this.make("h3", "", "常用范围"), this.shortcuts(groups, side, tree));
    }
    side.replaceChildren(...parts);
  }

  private static async groups(): Promise<[string, Item[]][]> {
    const answer = await fetch("/api/v1/groups/", { headers: { Accept: "application/json" } });
    if (!answer.ok) return [];
    const body = (await answer.json()) as { results: { name: string; members: Item[] }[] };
    return body.results.map((group) => [group.name, group.members]);
  }

  private shortcuts(entries: [string, Item[]][], side: HTMLElement, tree: HTMLElement): HTMLElement {
    const box = this.make("div", "chips");
    for (const [name, items] of entries) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "phrase";
      button.textContent = name;
      button.addEventListener("click", () => {
        for (const item of items) if (!this.chosen.some((other) => other.key === item.key)) this.toggle(item, true);
        void this.drawSide(side, tree);
        void this.fill(tree, "", side);
      });
      box.append(button);
    }
    return box;
  }

  private note(text: string): HTMLElement {
    return this.make("li", "muted", text);
  }

  private make(tag: string, classes: string, text = ""): HTMLElement {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    if (text) made.textContent = text;
    return made;
  }
}
