// 一键排版 and import in the editor: asks the server, puts the clean text in, keeps the list of changes true while one writes on.
import type { Editor, JSONContent } from "@tiptap/core";
import { Node as ProseNode } from "@tiptap/pm/model";
import { fromSchema } from "./body-schema";
import { CleanupPanel } from "./cleanup-panel";
import { type Change, type Cleaned, isObject, linesOf, nodesOf, rebased, undone } from "./cleanup-text";
import { csrfToken, failureText } from "./csrf";
import { button, make } from "./dom";

export interface ReviewOptions {
  editor: () => Editor | null;
  body: () => JSONContent;
  url: () => string;
  jump: (line: number, words: string) => void;
  notice: (text: string, label?: string, act?: () => void) => void;
}

interface Tidied extends Cleaned {
  body: JSONContent;
  before: JSONContent;
  left_out: string[];
}

/** One review at a time; a second one takes the place of the first. */
export class CleanupReview {
  private readonly panel: CleanupPanel;
  private cleaned: Cleaned | null = null;
  private before: JSONContent | null = null;
  private leftOut: string[] = [];
  private busy = false;

  constructor(private readonly options: ReviewOptions) {
    this.panel = new CleanupPanel({
      undo: (change) => { this.undo(change); },
      undoAll: () => { this.undoAll(); },
      close: () => { this.close(); },
      jump: options.jump,
    });
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  /** Clean what is in the editor. */
  async tidy(): Promise<void> {
    const body = this.options.body();
    const size = linesOf(body).length;
    await this.ask("tidy/", JSON.stringify({ body }), `正在整理约 ${size > 10_000 ? `${(size / 10_000).toFixed(1)} 万` : String(size)} 字…`);
  }

  /** Choose a file; where there is text already, say whether it goes behind it or in its place. */
  choose(): void {
    const field = make("input");
    field.type = "file";
    field.accept = ".docx,.txt,.doc,.wps";
    field.addEventListener("change", () => {
      const file = field.files?.[0];
      if (!file) return;
      if (linesOf(this.options.body())) this.askWhere(file);
      else void this.take(file, false);
    });
    field.click();
  }

  private askWhere(file: File): void {
    const dialog = make("dialog", "dialog");
    const head = make("div", "dialog__head");
    const title = make("h2", "", "导入正文");
    title.id = "import-title";
    dialog.setAttribute("aria-labelledby", "import-title");
    head.append(title);
    const words = make("div", "dialog__body");
    words.append(make("p", "", `正文已有内容。“${file.name}”的文字放在哪里？`));
    const foot = make("div", "dialog__foot");
    const end = (keep: boolean | null) => () => {
      dialog.close();
      if (keep !== null) void this.take(file, keep);
    };
    foot.append(button("button", "取消", end(null)), button("button", "替换现有正文", end(false)), button("button button--primary", "接在正文之后", end(true)));
    dialog.append(head, words, foot);
    dialog.addEventListener("close", () => { dialog.remove(); });
    document.body.append(dialog);
    dialog.showModal();
  }

  private async take(file: File, keep: boolean): Promise<void> {
    const form = new FormData();
    form.append("file", file);
    if (keep) form.append("body", JSON.stringify(this.options.body()));
    await this.ask("import/", form, `正在读取“${file.name}”…`);
  }

  private async ask(path: string, body: string | FormData, words: string): Promise<void> {
    const editor = this.options.editor();
    if (!editor || this.busy) return;
    this.busy = true;
    this.panel.wait(words);
    editor.setEditable(false);
    try {
      const headers: Record<string, string> = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
      if (typeof body === "string") headers["Content-Type"] = "application/json";
      const answer = await fetch(this.options.url() + path, { method: "POST", headers, body });
      if (answer.ok) this.begin(editor, (await answer.json()) as Tidied);
      else this.fail(await failureText(answer));
    } catch {
      this.fail("网络不通，没有排版，正文没有变化。");
    } finally {
      this.busy = false;
      editor.setEditable(true);
    }
  }

  private fail(text: string): void {
    this.close();
    this.options.notice(text);
  }

  private begin(editor: Editor, tidied: Tidied): void {
    this.before = tidied.before;
    this.leftOut = tidied.left_out;
    this.cleaned = { text: tidied.text, changes: tidied.changes.map((change, id) => ({ ...change, id })) };
    blocksReplace(editor, fromSchema(tidied.body).content ?? []);
    this.panel.show(this.cleaned, this.leftOut);
    toTop(editor.view.dom.closest("body-editor"));
  }

  /** The list as it is after what was written since. */
  private present(): Cleaned | null {
    if (this.cleaned) this.cleaned = rebased(this.cleaned, linesOf(this.options.body()));
    return this.cleaned;
  }

  private undo(change: Change): void {
    const editor = this.options.editor();
    const present = this.present();
    const wanted = present?.changes.find((one) => one.id === change.id);
    const result = present && wanted ? undone(present, wanted) : null;
    if (!editor || !result) {
      this.options.notice("此处之后又有改动，不能单独撤销；可在正文中直接修改，或用撤销键。");
      if (present) this.panel.show(present, this.leftOut);
      return;
    }
    blocksReplace(editor, nodesOf(result.text, objectsOf(editor)));
    this.cleaned = rebased(result, linesOf(this.options.body()));
    this.panel.show(this.cleaned, this.leftOut);
  }

  private undoAll(): void {
    const { before } = this;
    const written = this.cleaned !== null && this.cleaned.text !== linesOf(this.options.body());
    const act = () => {
      const editor = this.options.editor();
      if (editor && before) blocksReplace(editor, fromSchema(before).content ?? []);
      this.close();
    };
    if (written) this.options.notice("排版之后您又写过正文，全部撤销会把后来写的也一并撤去。", "仍要全部撤销", act);
    else act();
  }

  private close(): void {
    this.cleaned = null;
    this.before = null;
    this.panel.hide();
  }
}

function objectsOf(editor: Editor): JSONContent[] {
  return (editor.getJSON().content ?? []).filter(isObject);
}

/** Scroll the box that holds the editor, and nothing else of the page. */
function toTop(host: HTMLElement | null): void {
  for (let box = host?.parentElement; host && box; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY !== "auto") continue;
    box.scrollTop += host.getBoundingClientRect().top - box.getBoundingClientRect().top;
    return;
  }
}

/** Put `nodes` in the place of the document's blocks in one undoable step, touching only what differs. */
export function blocksReplace(editor: Editor, nodes: JSONContent[]): void {
  const { doc, schema, tr } = editor.state;
  const wanted = (nodes.length ? nodes : [{ type: "paragraph" }]).map((node) => ProseNode.fromJSON(schema, node));
  let head = 0;
  let from = 0;
  while (head < wanted.length && head < doc.childCount && wanted[head]?.eq(doc.child(head))) {
    from += doc.child(head).nodeSize;
    head += 1;
  }
  let tail = 0;
  let to = doc.content.size;
  while (tail < Math.min(wanted.length, doc.childCount) - head && wanted[wanted.length - 1 - tail]?.eq(doc.child(doc.childCount - 1 - tail))) {
    to -= doc.child(doc.childCount - 1 - tail).nodeSize;
    tail += 1;
  }
  if (from === to && head === wanted.length - tail) return;
  editor.view.dispatch(tr.replaceWith(from, to, wanted.slice(head, wanted.length - tail)));
}
