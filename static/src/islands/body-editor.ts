// The editor of official text: numbered headings 一、（一）1.（1）, paragraphs, tables. Saves by itself with a version check;
// what could not be sent stays on this device and is offered again. Loaded only where a document is written.
import { Editor, type JSONContent } from "@tiptap/core";
import { Document } from "@tiptap/extension-document";
import { Heading } from "@tiptap/extension-heading";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";
import { csrfToken, failureText } from "./csrf";

const SAVE_MS = 1200;
const KEPT = "tz.draft.";
const LABELS: [string, string, (editor: Editor) => void][] = [
  ["正文", "paragraph", (editor) => { editor.chain().focus().setParagraph().run(); }],
  ["一、", "1", (editor) => { editor.chain().focus().toggleHeading({ level: 1 }).run(); }],
  ["（一）", "2", (editor) => { editor.chain().focus().toggleHeading({ level: 2 }).run(); }],
  ["1.", "3", (editor) => { editor.chain().focus().toggleHeading({ level: 3 }).run(); }],
  ["（1）", "4", (editor) => { editor.chain().focus().toggleHeading({ level: 4 }).run(); }],
  ["表格", "table", (editor) => { editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(); }],
  ["加行", "row", (editor) => { editor.chain().focus().addRowAfter().run(); }],
  ["加列", "column", (editor) => { editor.chain().focus().addColumnAfter().run(); }],
  ["删表", "untable", (editor) => { editor.chain().focus().deleteTable().run(); }],
  ["撤销", "undo", (editor) => { editor.chain().focus().undo().run(); }],
  ["重做", "redo", (editor) => { editor.chain().focus().redo().run(); }],
];

/** Names of TipTap's table nodes and of the document's schema differ only in style. */
const TO_SCHEMA: Record<string, string> = { tableRow: "table_row", tableCell: "table_cell", tableHeader: "table_header" };
const FROM_SCHEMA = Object.fromEntries(Object.entries(TO_SCHEMA).map(([ours, theirs]) => [theirs, ours]));

/** Rename nodes and drop attributes the schema does not know. */
export function toSchema(node: JSONContent): JSONContent {
  const type = node.type ?? "";
  const renamed: JSONContent = { type: TO_SCHEMA[type] ?? type };
  if (type === "heading") renamed.attrs = { level: node.attrs?.["level"] as number };
  if (type === "tableCell" || type === "tableHeader") {
    renamed.attrs = { colspan: (node.attrs?.["colspan"] as number) || 1, rowspan: (node.attrs?.["rowspan"] as number) || 1 };
  }
  if (node.text !== undefined) renamed.text = node.text;
  if (node.content) renamed.content = node.content.map(toSchema);
  return renamed;
}

/** The way back. */
export function fromSchema(node: JSONContent): JSONContent {
  const renamed: JSONContent = { ...node, type: FROM_SCHEMA[node.type ?? ""] ?? node.type ?? "" };
  if (node.content) renamed.content = node.content.map(fromSchema);
  return renamed;
}

type State = "saved" | "saving" | "kept" | "conflict" | "refused";
const STATE_TEXTS: Record<State, string> = {
  saved: "已保存",
  saving: "正在保存…",
  kept: "未能连接服务器，内容已保存在本机，恢复后自动提交",
  conflict: "其他窗口或其他人已修改此稿，您的内容保存在本机，未覆盖对方。请刷新后核对",
  refused: "",
};

/** <body-editor autosave-url version draft-key> with the body as JSON in a script and a hidden input[name=body]. */
export class BodyEditor extends HTMLElement {
  private editor: Editor | null = null;
  private version = 0;
  private timer = 0;
  private busy = false;
  private again = false;

  connectedCallback(): void {
    const source = this.querySelector("script[type='application/json']")?.textContent ?? "{}";
    this.version = Number(this.getAttribute("version") ?? "0");
    const surface = document.createElement("div");
    surface.className = "editor__surface";
    const bar = this.toolbar();
    this.prepend(bar, surface);
    this.editor = new Editor({
      element: surface,
      injectCSS: false,
      editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": "正文", class: "editor__text" } },
      extensions: [
        Document,
        Paragraph,
        Text,
        Heading.configure({ levels: [1, 2, 3, 4] }),
        Table.configure({ resizable: false }),
        TableRow,
        TableCell,
        TableHeader,
        UndoRedo,
      ],
      content: this.initial(source),
      onUpdate: () => { this.changed(); },
      onSelectionUpdate: () => { this.mark(bar); },
    });
    this.mirror();
    this.offerKept();
    this.closest("form")?.addEventListener("input", this.fieldChanged);
    window.addEventListener("online", this.flush);
    window.addEventListener("beforeunload", this.warn);
  }

  disconnectedCallback(): void {
    window.removeEventListener("online", this.flush);
    window.removeEventListener("beforeunload", this.warn);
    this.editor?.destroy();
  }

  private get key(): string {
    return KEPT + (this.getAttribute("draft-key") ?? "new");
  }

  private initial(source: string): JSONContent {
    const body = JSON.parse(source) as JSONContent;
    return body.content?.length ? fromSchema(body) : { type: "doc", content: [{ type: "paragraph" }] };
  }

  private toolbar(): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "editor__bar";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "正文格式");
    for (const [label, name, act] of LABELS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--quiet";
      button.dataset["mark"] = name;
      button.textContent = label;
      button.addEventListener("click", () => {
        if (this.editor) act(this.editor);
      });
      bar.append(button);
    }
    const state = document.createElement("span");
    state.className = "editor__state";
    state.setAttribute("role", "status");
    bar.append(state);
    return bar;
  }

  private mark(bar: HTMLElement): void {
    for (const button of bar.querySelectorAll<HTMLElement>("[data-mark]")) {
      const name = button.dataset["mark"] ?? "";
      const level = Number(name);
      const on = level ? this.editor?.isActive("heading", { level }) : name === "paragraph" && this.editor?.isActive("paragraph");
      button.setAttribute("aria-pressed", String(Boolean(on)));
    }
  }

  private body(): JSONContent {
    return toSchema(this.editor?.getJSON() ?? { type: "doc", content: [] });
  }

  private mirror(): void {
    const field = this.querySelector<HTMLInputElement>("input[name=body]");
    if (field) field.value = JSON.stringify(this.body());
  }

  private changed(): void {
    this.mirror();
    this.schedule();
  }

  private readonly fieldChanged = (): void => {
    this.schedule();
  };

  private schedule(): void {
    if (!this.getAttribute("autosave-url")) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), SAVE_MS);
  }

  private readonly flush = (): void => {
    if (window.localStorage.getItem(this.key)) void this.save();
  };

  private readonly warn = (event: BeforeUnloadEvent): void => {
    if (this.dataset["state"] === "saving") event.preventDefault();
  };

  /** What is sent: the body and the form's own fields by name. */
  private payload(): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    const form = this.closest("form");
    if (form) {
      const data = new FormData(form);
      for (const name of new Set(data.keys())) {
        if (["csrfmiddlewaretoken", "body", "key", "expected_version"].includes(name)) continue;
        const values = data.getAll(name).map(String);
        fields[name] = form.querySelector(`unit-picker[name="${name}"]`) ? values.map(Number) : values[0];
      }
    }
    return { ...fields, body: this.body(), expected_version: this.version };
  }

  private async save(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    const payload = JSON.stringify(this.payload());
    window.localStorage.setItem(this.key, payload);
    this.say("saving");
    try {
      const answer = await fetch(this.getAttribute("autosave-url") ?? "", {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
        body: payload,
      });
      await this.answered(answer);
    } catch {
      this.say("kept");
      this.schedule();
    } finally {
      this.busy = false;
      if (this.again) {
        this.again = false;
        this.schedule();
      }
    }
  }

  private async answered(answer: Response): Promise<void> {
    if (answer.ok) {
      const saved = (await answer.json()) as { version: number };
      this.version = saved.version;
      const field = this.closest("form")?.querySelector<HTMLInputElement>("input[name=expected_version]");
      if (field) field.value = String(saved.version);
      window.localStorage.removeItem(this.key);
      this.say("saved");
      document.body.dispatchEvent(new CustomEvent("draft:saved"));
    } else if (answer.status === 409) this.say("conflict");
    else if (answer.status === 401 || answer.status >= 500) this.say("kept", answer.status === 401 ? "登录已过期，内容保存在本机。请在新窗口登录后回到本页继续" : "");
    else this.say("refused", await failureText(answer));
  }

  private say(state: State, text = ""): void {
    this.dataset["state"] = state;
    const shown = this.querySelector(".editor__state");
    if (shown) shown.textContent = text || STATE_TEXTS[state];
  }

  /** Text of an earlier visit that never reached the server. */
  private offerKept(): void {
    const kept = window.localStorage.getItem(this.key);
    if (!kept) return;
    const bar = document.createElement("div");
    bar.className = "notice-bar";
    bar.textContent = "本机有一份未提交的内容。";
    const use = document.createElement("button");
    use.type = "button";
    use.className = "button";
    use.textContent = "恢复";
    use.addEventListener("click", () => {
      const body = (JSON.parse(kept) as { body: JSONContent }).body;
      this.editor?.commands.setContent(fromSchema(body), { emitUpdate: true });
      bar.remove();
    });
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button button--quiet";
    drop.textContent = "丢弃";
    drop.addEventListener("click", () => {
      window.localStorage.removeItem(this.key);
      bar.remove();
    });
    bar.append(use, drop);
    this.prepend(bar);
  }
}

/** Define the element; called by the shell when one stands on the page. */
export function register(): void {
  if (!customElements.get("body-editor")) customElements.define("body-editor", BodyEditor);
}
