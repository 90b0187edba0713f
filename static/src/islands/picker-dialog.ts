// The dialog of the picker: tree, search, recent and kept groups on the left, the chosen ones in order on the right.
// Keyboard: arrows move, → ← open and close, Enter chooses, Ctrl+Enter confirms, Escape leaves everything as it was.
import { button, icon, iconButton, make } from "./dom";
import { found, groups, levelOf, recent, remember } from "./picker-data";
import type { Item, Picks } from "./picker-data";

export interface PickerOptions {
  title: string;
  picks: Picks;
  multiple: boolean;
  chosen: readonly Item[];
  done: (chosen: Item[]) => void;
}

/** A line of the list: an item at a depth, or a group that chooses all its members. */
export interface Line {
  item: Item;
  depth: number;
  open: boolean;
  members?: Item[];
}

const SEARCH_MS = 180;
let serial = 0;

/** Open with `show()`; `done` is called once when the person confirms. */
export class PickerDialog {
  private readonly dialog = make("dialog", "dialog picker-dialog");
  private readonly list = make("ul", "picker-dialog__list");
  private readonly side = make("ol");
  private readonly total = make("span", "count");
  private readonly search = make("input");
  private readonly tabs = make("div", "picker-dialog__tabs");
  private readonly id = `picker-${(serial += 1)}`;
  private chosen: Item[];
  private lines: Line[] = [];
  private active = 0;
  private timer = 0;
  private asked = 0;

  constructor(private readonly options: PickerOptions) {
    this.chosen = [...options.chosen];
    this.build();
  }

  show(): void {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.search.focus();
    this.drawChosen();
    void this.load("tree");
  }

  private build(): void {
    const title = make("h2", "", this.options.title);
    title.id = `${this.id}-title`;
    this.dialog.setAttribute("aria-labelledby", title.id);
    const head = make("div", "dialog__head");
    head.append(title, iconButton("icon-button dialog__close", icon("x"), "关闭", () => this.dialog.close()));
    const body = make("div", "picker-dialog__body");
    body.append(this.finder(), this.chosenPane());
    const foot = make("div", "dialog__foot");
    foot.append(
      button("button", "取消", () => this.dialog.close()),
      button("button button--primary", "确定", () => this.confirm()),
    );
    this.dialog.append(head, body, foot);
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("keydown", this.keyed);
  }

  private finder(): HTMLElement {
    const pane = make("div", "picker-dialog__find");
    const box = make("label", "search");
    this.search.type = "search";
    this.search.placeholder = "名称、拼音或首字母";
    this.search.autocomplete = "off";
    this.search.setAttribute("role", "combobox");
    this.search.setAttribute("aria-label", "查找");
    this.search.setAttribute("aria-expanded", "true");
    this.search.setAttribute("aria-controls", `${this.id}-list`);
    this.search.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.load(this.search.value.trim() ? "search" : "tree"), SEARCH_MS);
    });
    box.append(icon("search", "sm"), this.search);
    this.list.id = `${this.id}-list`;
    this.list.setAttribute("role", "tree");
    this.list.setAttribute("aria-label", this.options.title);
    this.list.setAttribute("aria-multiselectable", String(this.options.multiple));
    this.tabs.append(this.tab("tree", "组织树"), this.tab("recent", "最近"));
    if (this.options.picks === "organ" && this.options.multiple) this.tabs.append(this.tab("groups", "常用范围"));
    pane.append(box, this.tabs, this.list);
    return pane;
  }

  private tab(name: string, text: string): HTMLButtonElement {
    const made = button("filter", text, () => {
      this.search.value = "";
      void this.load(name);
    });
    made.dataset["source"] = name;
    return made;
  }

  private chosenPane(): HTMLElement {
    const pane = make("div", "picker-dialog__chosen");
    const head = make("h3", "", "已选");
    head.append(this.total);
    if (this.options.multiple) {
      head.append(
        button("", "清空", () => {
          this.chosen = [];
          this.redraw();
        }),
      );
    }
    pane.append(head, this.side);
    return pane;
  }

  /** Fill the list from a source; a slower earlier answer never replaces a later one. */
  private async load(source: string): Promise<void> {
    const turn = (this.asked += 1);
    for (const tab of this.tabs.children) tab.setAttribute("aria-pressed", String((tab as HTMLElement).dataset["source"] === source));
    this.list.setAttribute("aria-busy", "true");
    let lines: Line[] = [];
    let note = "";
    try {
      lines = await this.linesOf(source);
      if (source === "tree") lines = await this.opened(lines);
      note = source === "search" ? "没有找到，请换个名称、拼音或首字母。" : "这里还没有内容。";
    } catch (error) {
      note = error instanceof Error ? error.message : "名录暂时取不到，请稍后重试。";
    }
    if (turn !== this.asked) return;
    this.lines = lines;
    this.active = 0;
    this.list.removeAttribute("aria-busy");
    this.drawList(note);
  }

  private async linesOf(source: string): Promise<Line[]> {
    if (source === "groups") {
      return (await groups()).map((group, index) => ({
        item: { key: `group:${index}`, kind: "unit", id: 0, name: group.name, detail: `${group.members.length} 个`, has_children: false },
        depth: 0,
        open: false,
        members: group.members,
      }));
    }
    const { picks } = this.options;
    if (source === "tree") return (await levelOf("", picks)).map((item) => line(item, 0));
    const items = source === "recent" ? await recent(picks) : await found(this.search.value.trim(), picks);
    return items.map((item) => line({ ...item, has_children: false }, 0));
  }

  /** A tree with a single root is shown one level open. */
  private async opened(lines: Line[]): Promise<Line[]> {
    const [root] = lines;
    if (lines.length !== 1 || !root?.item.has_children) return lines;
    const below = await levelOf(root.item.key, this.options.picks);
    return [{ ...root, open: true }, ...below.map((item) => line(item, 1))];
  }

  private async toggleOpen(index: number): Promise<void> {
    const at = this.lines[index];
    if (!at?.item.has_children) return;
    if (at.open) {
      let end = index + 1;
      while ((this.lines[end]?.depth ?? -1) > at.depth) end += 1;
      this.lines.splice(index + 1, end - index - 1);
      at.open = false;
    } else {
      at.open = true;
      const below = await levelOf(at.item.key, this.options.picks).catch((): Item[] => []);
      const place = this.lines.indexOf(at);
      if (place >= 0 && at.open) this.lines.splice(place + 1, 0, ...below.map((item) => line(item, at.depth + 1)));
    }
    this.drawList("");
  }

  private choose(index: number): void {
    const at = this.lines[index];
    if (!at) return;
    this.active = index;
    if (at.members) {
      const all = at.members.every((item) => this.has(item));
      this.chosen = all ? without(this.chosen, at.members) : [...this.chosen, ...without(at.members, this.chosen)];
    } else if (at.item.kind !== this.options.picks) {
      void this.toggleOpen(index);
      return;
    } else if (!this.options.multiple) {
      this.chosen = [at.item];
    } else {
      this.chosen = this.has(at.item) ? without(this.chosen, [at.item]) : [...this.chosen, at.item];
    }
    this.redraw();
  }

  private has(item: Item): boolean {
    return this.chosen.some((other) => other.key === item.key);
  }

  private redraw(): void {
    this.drawList("");
    this.drawChosen();
  }

  private drawList(note: string): void {
    const rows = this.lines.map((at, index) => this.row(at, index));
    this.list.replaceChildren(...rows);
    if (!rows.length && note) this.list.append(make("li", "empty empty--small", note));
    this.search.setAttribute("aria-activedescendant", rows.length ? `${this.id}-${this.active}` : "");
    rows[this.active]?.scrollIntoView({ block: "nearest" });
  }

  private row(at: Line, index: number): HTMLLIElement {
    const row = make("li", "node");
    row.id = `${this.id}-${index}`;
    row.dataset["depth"] = String(Math.min(at.depth, 5));
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", String(at.depth + 1));
    if (index === this.active) row.dataset["active"] = "";
    const picked = at.members ? at.members.length > 0 && at.members.every((item) => this.has(item)) : this.has(at.item);
    row.setAttribute("aria-selected", String(picked));
    const twist = make("span", "node__twist");
    if (at.item.has_children) {
      row.setAttribute("aria-expanded", String(at.open));
      twist.append(icon("chevron-right", "sm"));
      twist.addEventListener("click", (event) => {
        event.stopPropagation();
        void this.toggleOpen(index);
      });
    }
    row.append(twist, make("span", "node__name", at.item.name));
    if (at.item.detail) row.append(make("span", "node__note", at.item.detail));
    if (picked) {
      const tick = make("span", "node__tick");
      tick.append(icon("check", "sm"));
      row.append(tick);
    }
    row.addEventListener("click", () => this.choose(index));
    return row;
  }

  private drawChosen(): void {
    this.total.textContent = String(this.chosen.length);
    this.side.replaceChildren(...this.chosen.map((item, index) => this.chosenRow(item, index)));
    if (!this.chosen.length) this.side.append(make("li", "empty empty--small", "从左侧选择，次序即印出次序。"));
  }

  private chosenRow(item: Item, index: number): HTMLLIElement {
    const row = make("li", "chosen");
    const name = make("span", "", item.name);
    name.title = item.detail ? `${item.name} ${item.detail}` : item.name;
    row.append(name);
    if (this.options.multiple) {
      const up = iconButton("", icon("chevron-up", "sm"), `上移 ${item.name}`, () => this.move(index, -1));
      const down = iconButton("", icon("chevron-down", "sm"), `下移 ${item.name}`, () => this.move(index, 1));
      up.disabled = index === 0;
      down.disabled = index === this.chosen.length - 1;
      row.append(up, down);
    }
    row.append(
      iconButton("", icon("x", "sm"), `移除 ${item.name}`, () => {
        this.chosen = without(this.chosen, [item]);
        this.redraw();
      }),
    );
    return row;
  }

  private move(index: number, by: number): void {
    const [item] = this.chosen.splice(index, 1);
    if (item) this.chosen.splice(index + by, 0, item);
    this.redraw();
    const again = this.side.children[index + by]?.querySelectorAll("button")[by < 0 ? 0 : 1];
    again?.focus();
  }

  private confirm(): void {
    remember(this.options.picks, this.chosen);
    this.dialog.close();
    this.options.done(this.chosen);
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.confirm();
      return;
    }
    if (event.target !== this.search || event.isComposing) return;
    const at = this.lines[this.active];
    const inside = this.search.value !== "";
    if (event.key === "ArrowDown") this.step(1);
    else if (event.key === "ArrowUp") this.step(-1);
    else if (event.key === "Enter") this.choose(this.active);
    else if (event.key === "ArrowRight" && !inside && at && !at.open) void this.toggleOpen(this.active);
    else if (event.key === "ArrowLeft" && !inside && at?.open) void this.toggleOpen(this.active);
    else return;
    event.preventDefault();
  };

  private step(by: number): void {
    this.active = Math.max(0, Math.min(this.active + by, this.lines.length - 1));
    this.drawList("");
  }
}

function line(item: Item, depth: number): Line {
  return { item, depth, open: false };
}

function without(items: readonly Item[], gone: readonly Item[]): Item[] {
  return items.filter((item) => !gone.some((other) => other.key === item.key));
}
