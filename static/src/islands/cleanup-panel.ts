// What 一键排版 changed, beside the text: by kind, each with its words around it, each taken back alone or all at once.
import { type Change, type Cleaned, placeOf } from "./cleanup-text";
import { button, icon, make } from "./dom";

const SHOWN = 60;

export interface PanelActs {
  undo: (change: Change) => void;
  undoAll: () => void;
  close: () => void;
  jump: (line: number, words: string) => void;
}

/** Draws itself anew after each act; long lists show sixty at a time. */
export class CleanupPanel {
  readonly element = make("section", "tidy");
  private rule = "";
  private limit = SHOWN;

  constructor(private readonly acts: PanelActs) {
    this.element.setAttribute("aria-label", "排版改动");
    this.element.hidden = true;
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** While the server works: what is being done and how much of it. */
  wait(words: string): void {
    const bar = make("progress", "tidy__progress");
    bar.setAttribute("aria-label", words);
    this.element.hidden = false;
    this.element.replaceChildren(make("p", "tidy__title", words), bar);
  }

  show(cleaned: Cleaned, leftOut: readonly string[]): void {
    const kinds = new Map<string, { name: string; count: number }>();
    for (const change of cleaned.changes) {
      const kind = kinds.get(change.rule) ?? { name: change.name, count: 0 };
      kind.count += 1;
      kinds.set(change.rule, kind);
    }
    if (!kinds.has(this.rule)) this.rule = "";
    const head = make("div", "tidy__head");
    const count = cleaned.changes.length;
    head.append(make("p", "tidy__title", count ? `已排版，改动 ${String(count)} 处` : "格式规范，没有需要改动之处"));
    if (count) head.append(button("button button--small", "全部撤销", this.acts.undoAll));
    head.append(button("button button--small button--primary", "完成", this.acts.close));
    const parts: HTMLElement[] = [head];
    if (leftOut.length) parts.push(make("p", "tidy__note", `文件中的${leftOut.join("、")}不属于正文文字，没有导入；图片和附表请作为附件上传。`));
    if (count) parts.push(this.kinds(cleaned, leftOut, kinds, count), this.list(cleaned, leftOut));
    this.element.hidden = false;
    this.element.replaceChildren(...parts);
  }

  private kinds(cleaned: Cleaned, leftOut: readonly string[], kinds: Map<string, { name: string; count: number }>, count: number): HTMLElement {
    const row = make("div", "tidy__kinds");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "按种类查看");
    const add = (rule: string, name: string, total: number) => {
      const chip = button("tidy__kind", `${name} ${String(total)}`, () => {
        this.rule = rule;
        this.limit = SHOWN;
        this.show(cleaned, leftOut);
      });
      chip.setAttribute("aria-pressed", String(this.rule === rule));
      row.append(chip);
    };
    add("", "全部", count);
    for (const [rule, kind] of kinds) add(rule, kind.name, kind.count);
    return row;
  }

  private list(cleaned: Cleaned, leftOut: readonly string[]): HTMLElement {
    const list = make("ol", "tidy__list");
    list.tabIndex = 0;
    list.setAttribute("aria-label", "改动清单");
    const wanted = this.rule ? cleaned.changes.filter((change) => change.rule === this.rule) : cleaned.changes;
    for (const change of wanted.slice(0, this.limit)) list.append(this.line(cleaned, change));
    if (wanted.length > this.limit) {
      const more = make("li", "tidy__more");
      more.append(
        button("button button--quiet button--small", `再显示 ${String(Math.min(SHOWN, wanted.length - this.limit))} 处（共 ${String(wanted.length)} 处）`, () => {
          this.limit += SHOWN;
          this.show(cleaned, leftOut);
        }),
      );
      list.append(more);
    }
    return list;
  }

  private line(cleaned: Cleaned, change: Change): HTMLElement {
    const { line, lead, rest } = placeOf(cleaned, change);
    const place = button("tidy__place", "", () => {
      this.acts.jump(line, (change.after.trim() || rest.slice(0, 6)).replace(/\n/g, ""));
    });
    place.append(lead, CleanupPanel.mark("del", change.before), CleanupPanel.mark("ins", change.after), rest);
    const back = button("button button--quiet button--small tidy__undo", "撤销", () => {
      this.acts.undo(change);
    });
    back.prepend(icon("arrow-back-up", "sm"));
    const item = make("li", "tidy__item");
    item.append(make("span", "tidy__name", change.name), place, back);
    return item;
  }

  private static mark(tag: "del" | "ins", text: string): HTMLElement | string {
    if (!text) return "";
    return make(tag, "", text.replace(/\n/g, "↵").replace(/ /g, "␣").replace(/\u3000/g, "□"));
  }
}
