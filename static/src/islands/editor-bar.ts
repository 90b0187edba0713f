// The editor's toolbar: levels as one switch, tools of tables and pictures only where one is chosen, undo and redo.
import type { Editor } from "@tiptap/core";
import { button, icon, make } from "./dom";
import { tableInsert, writeBelow } from "./editor-tables";

type Act = (editor: Editor) => void;

const LEVELS: readonly (readonly [string, number, string])[] = [
  ["正文", 0, "正文（Ctrl+Alt+0）"],
  ["一、", 1, "一级标题（Ctrl+Alt+1）"],
  ["（一）", 2, "二级标题（Ctrl+Alt+2）"],
  ["1.", 3, "三级标题（Ctrl+Alt+3）"],
  ["（1）", 4, "四级标题（Ctrl+Alt+4）"],
];
const LANDSCAPE = "横排";
const TABLE_TOOLS: readonly (readonly [string, Act])[] = [
  ["下方加行", (editor) => editor.chain().focus().addRowAfter().run()],
  ["右侧加列", (editor) => editor.chain().focus().addColumnAfter().run()],
  ["删行", (editor) => editor.chain().focus().deleteRow().run()],
  ["删列", (editor) => editor.chain().focus().deleteColumn().run()],
  ["合并或拆分", (editor) => editor.chain().focus().mergeOrSplit().run()],
  ["表头", (editor) => editor.chain().focus().toggleHeaderRow().run()],
  [LANDSCAPE, (editor) => editor.chain().focus().updateAttributes("table", { landscape: !editor.getAttributes("table")["landscape"] }).run()],
  ["下方续写", writeBelow],
  ["删除表格", (editor) => editor.chain().focus().deleteTable().run()],
];

const WIDTHS: readonly (readonly [string, number])[] = [
  ["通栏", 100],
  ["三分之二", 67],
  ["二分之一", 50],
  ["三分之一", 33],
];

/** What the bar asks of the page; all need a draft on the server. */
export interface BarActs {
  picture: () => void;
  tidy: () => void;
  importFile: () => void;
}

/** `editor` is asked at each click, because the bar exists before it. */
export class EditorBar {
  readonly element = make("div", "editor__bar");
  private readonly levels: HTMLButtonElement[] = [];
  private readonly tools = make("div", "editor__tools");
  private readonly pictureTools = make("div", "editor__tools");
  private readonly landscape: Element | null;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly state = make("span", "editor__state");

  constructor(
    private readonly editor: () => Editor | null,
    acts: BarActs,
  ) {
    this.element.setAttribute("role", "toolbar");
    this.element.setAttribute("aria-label", "正文格式");
    const levels = make("div", "switch");
    for (const [label, level, hint] of LEVELS) levels.append(this.level(label, level, hint));
    const table = this.act("表格", tableInsert);
    table.prepend(icon("table", "sm"));
    for (const [label, act] of TABLE_TOOLS) this.tools.append(this.act(label, act));
    this.landscape = this.tools.children[TABLE_TOOLS.findIndex(([label]) => label === LANDSCAPE)] ?? null;
    this.landscape?.setAttribute("title", "宽表单独成页，横放排版（GB/T 9704）");
    for (const [label, width] of WIDTHS) this.pictureTools.append(this.act(label, (editor) => editor.chain().focus().updateAttributes("picture", { width }).run()));
    this.pictureTools.append(this.act("下方续写", writeBelow));
    this.pictureTools.append(this.act("删除图片", (editor) => editor.chain().focus().deleteSelection().run()));
    this.tools.hidden = this.pictureTools.hidden = true;
    const picture = button("button button--quiet button--small", "图片", acts.picture);
    picture.prepend(icon("photo", "sm"));
    picture.title = "插入 PNG、JPEG、BMP 图片，也可直接粘贴或拖入";
    this.undo = this.act("", (editor) => editor.chain().focus().undo().run());
    this.undo.append(icon("arrow-back-up", "sm"));
    this.undo.setAttribute("aria-label", "撤销");
    this.redo = this.act("", (editor) => editor.chain().focus().redo().run());
    this.redo.append(icon("arrow-forward-up", "sm"));
    this.redo.setAttribute("aria-label", "重做");
    this.state.setAttribute("role", "status");
    const tidy = button("button button--quiet button--small", "一键排版", acts.tidy);
    tidy.prepend(icon("wand", "sm"));
    tidy.title = "整理标题编号、标点、空格和断行，逐处列出，可撤销";
    const bring = button("button button--quiet button--small", "导入", acts.importFile);
    bring.prepend(icon("file-import", "sm"));
    bring.title = "从 Word（.docx）或文本文件导入正文";
    this.element.append(levels, table, picture, this.undo, this.redo, tidy, bring, this.state, this.tools, this.pictureTools);
  }

  say(state: string, text: string): void {
    this.element.dataset["state"] = state;
    this.state.textContent = text;
  }

  /** Show where the cursor stands. */
  mark(): void {
    const editor = this.editor();
    if (!editor) return;
    for (const [index, [, level]] of LEVELS.entries()) {
      const on = level ? editor.isActive("heading", { level }) : editor.isActive("paragraph");
      this.levels[index]?.setAttribute("aria-pressed", String(on));
    }
    this.tools.hidden = !editor.isActive("table");
    this.landscape?.setAttribute("aria-pressed", String(editor.getAttributes("table")["landscape"] === true));
    this.pictureTools.hidden = !editor.isActive("picture");
    for (const [index, [, width]] of WIDTHS.entries()) {
      this.pictureTools.children[index]?.setAttribute("aria-pressed", String(editor.getAttributes("picture")["width"] === width));
    }
    this.undo.disabled = !editor.can().undo();
    this.redo.disabled = !editor.can().redo();
  }

  private level(label: string, level: number, hint: string): HTMLButtonElement {
    const made = button("", label, () => {
      const chain = this.editor()?.chain().focus();
      if (level) chain?.setHeading({ level: level as 1 | 2 | 3 | 4 }).run();
      else chain?.setParagraph().run();
    });
    made.title = hint;
    made.setAttribute("aria-pressed", "false");
    this.levels.push(made);
    return made;
  }

  private act(label: string, act: Act): HTMLButtonElement {
    return button("button button--quiet button--small", label, () => {
      const editor = this.editor();
      if (editor) act(editor);
    });
  }
}
