// The editor of official text: numbered headings 一、（一）1.（1）, paragraphs, tables, pictures. Loaded only where a document is written.
import { Editor, type JSONContent } from "@tiptap/core";
import { Document } from "@tiptap/extension-document";
import { Heading } from "@tiptap/extension-heading";
import { Paragraph } from "@tiptap/extension-paragraph";
import { TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";
import { Fragment, Node as ProseNode, Slice } from "@tiptap/pm/model";
import { Autosave, type Kept, type SaveState } from "./autosave";
import { fromSchema, nodesFromText, numbersToHeadings, toSchema } from "./body-schema";
import { CleanupReview } from "./cleanup-review";
import { OWN, differing, picksOf, putValues, valuesOf } from "./draft-fields";
import { button, icon, iconButton, make } from "./dom";
import { EditorBar } from "./editor-bar";
import { Picture, PictureDesk } from "./editor-pictures";
import { LandscapeTable } from "./editor-tables";
import { TypedNumbers } from "./typed-numbers";

const TEXTS: Record<SaveState, string> = {
  saved: "已保存",
  saving: "正在保存…",
  kept: "网络不通，已保存在本机，将自动重试",
  expired: "登录已过期，内容已保存在本机",
  conflict: "版本冲突，未覆盖",
  refused: "未能保存",
};
const TIDY_FROM = 4; // blocks in one paste

/** <body-editor autosave-url version draft-key> with the body as JSON in a script and a hidden input[name=body].
 *  Without `autosave-url` nothing is saved by itself: the form sends the body, and leaving with unsent changes is asked about;
 *  what is written there is tidied, imported and illustrated below `desk-url`. */
export class BodyEditor extends HTMLElement {
  private editor: Editor | null = null;
  private save: Autosave | null = null;
  private unsent = false;
  private readonly review = new CleanupReview({
    editor: () => this.editor,
    body: () => this.body(),
    url: () => this.deskUrl,
    jump: (line, words) => { this.jump(line, words); },
    notice: (text, label, act) => { this.offer(text, label, act); },
  });
  private readonly pictures = new Map<number, string>();
  private readonly pictureDesk = new PictureDesk({
    editor: () => this.editor,
    url: () => this.deskUrl,
    own: this.pictures,
    notice: (text) => { if (text) this.offer(text); else this.offers.replaceChildren(); },
  });
  private readonly bar = new EditorBar(() => this.editor, {
    picture: () => { this.pictureDesk.choose(); },
    tidy: () => { this.tidy(); },
    importFile: () => { this.review.choose(); },
  });
  private readonly notices = make("div", "editor__notices"); // of saving: gone when saved
  private readonly keptNotices = make("div", "editor__notices"); // of copies on this device: gone when answered
  private readonly offers = make("div", "editor__notices");

  connectedCallback(): void {
    const typed = this.field?.hasAttribute("data-typed") ? this.field.value : "";
    const source = typed || (this.querySelector("script[type='application/json']")?.textContent ?? "{}");
    const surface = make("div", "editor__surface");
    const head = make("div", "editor__head");
    head.append(this.bar.element, this.notices, this.keptNotices, this.offers, this.review.element);
    this.prepend(head, surface);
    this.editor = this.made(surface, JSON.parse(source) as JSONContent);
    this.save = this.saver();
    this.unsent = typed !== "";
    this.mirror();
    this.bar.mark();
    this.offerKept(this.save.aside());
    const form = this.closest("form");
    form?.addEventListener("input", this.fieldChanged);
    form?.addEventListener("submit", this.submitted, { capture: true }); // before the form's values are gathered
    form?.addEventListener("htmx:afterRequest", this.answered);
    window.addEventListener("online", this.flush);
    window.addEventListener("focus", this.flush);
    window.addEventListener("beforeunload", this.warn);
    window.addEventListener("pagehide", this.keep);
    document.addEventListener("click", this.goTo);
    document.addEventListener("typed:keep", this.giveTyped);
  }

  disconnectedCallback(): void {
    window.removeEventListener("online", this.flush);
    window.removeEventListener("focus", this.flush);
    window.removeEventListener("beforeunload", this.warn);
    window.removeEventListener("pagehide", this.keep);
    document.removeEventListener("click", this.goTo);
    document.removeEventListener("typed:keep", this.giveTyped);
    this.editor?.destroy();
    this.editor = null;
  }

  private made(surface: HTMLElement, body: JSONContent): Editor {
    return new Editor({
      element: surface,
      injectCSS: false,
      editorProps: {
        attributes: { role: "textbox", "aria-multiline": "true", "aria-label": "正文", class: "editor__text" },
        clipboardTextParser: (text) => this.slice(nodesFromText(text)),
        transformPasted: (slice) => this.cleaned(slice),
        handlePaste: (_view, event, slice) => this.pasted(event, slice),
        handleDrop: (_view, event, _slice, moved) => !moved && this.takes(event.dataTransfer),
      },
      extensions: [
        Document.extend({ content: "(paragraph | heading | table | picture)+" }),
        Paragraph,
        Text,
        Heading.configure({ levels: [1, 2, 3, 4] }),
        LandscapeTable.configure({ resizable: false }),
        TableRow,
        TableCell.extend({ content: "paragraph+" }),
        TableHeader.extend({ content: "paragraph+" }),
        Picture.configure({ own: this.pictures }),
        UndoRedo,
        TypedNumbers,
      ],
      content: body.content?.length ? fromSchema(body) : { type: "doc", content: [{ type: "paragraph" }] },
      onUpdate: () => { this.changed(); },
      onTransaction: () => this.bar.mark(),
    });
  }

  private get hasDraft(): boolean {
    return Boolean(this.getAttribute("autosave-url"));
  }

  /** Below which bodies are tidied, files imported and pictures taken in. */
  private get deskUrl(): string {
    return this.getAttribute("desk-url") ?? this.getAttribute("autosave-url") ?? "";
  }

  private changed(): void {
    this.unsent = !this.hasDraft;
    this.save?.schedule();
  }

  private saver(): Autosave {
    return new Autosave({
      url: this.getAttribute("autosave-url") ?? "",
      key: this.getAttribute("draft-key") ?? "new",
      version: Number(this.getAttribute("version") ?? "0"),
      payload: () => this.payload(),
      picks: () => picksOf(this.closest("form")),
      tell: (state, text) => this.say(state, text),
      saved: (version) => {
        const field = this.closest("form")?.querySelector<HTMLInputElement>("input[name=expected_version]");
        if (field) field.value = String(version);
        document.body.dispatchEvent(new CustomEvent("draft:saved"));
      },
    });
  }

  private slice(nodes: JSONContent[]): Slice {
    const schema = this.editor?.schema;
    if (!schema) return Slice.empty;
    const made = Fragment.fromArray(nodes.map((node) => ProseNode.fromJSON(schema, node)));
    return nodes.length > 1 ? new Slice(made, 0, 0) : Slice.maxOpen(made);
  }

  /** Pasted pages of office programs: numbers become headings, empty lines and indents go. Inside one line nothing changes. */
  private cleaned(slice: Slice): Slice {
    const nodes = slice.content.toJSON() as JSONContent[] | null;
    if (!nodes || nodes.length < 2) return slice;
    return this.slice(numbersToHeadings(nodes));
  }

  private tidy(): void {
    this.offers.replaceChildren();
    void this.review.tidy();
  }

  /** Whether there are pictures among what is carried in; they are being taken then. */
  private takes(carried: DataTransfer | null): boolean {
    return this.pictureDesk.take([...(carried?.files ?? [])]);
  }

  /** Copied pictures are taken in, those amid copied text named; a table within a table is refused; a long paste may be tidied. */
  private pasted(event: ClipboardEvent, slice: Slice): boolean {
    const html = event.clipboardData?.getData("text/html") ?? "";
    if (!slice.content.textBetween(0, slice.content.size) && this.takes(event.clipboardData)) return true;
    if (html.includes("<table") && new DOMParser().parseFromString(html, "text/html").querySelector("table table")) {
      this.offer("粘贴的内容中有表格套表格，公文不能这样排版，没有粘贴。请先把嵌套的表格拆开。");
      return true;
    }
    const lost = html.includes("<img") ? "其中的图片没有带入，请用“图片”按钮插入。" : "";
    if (slice.content.childCount >= TIDY_FROM) {
      this.offer(`已粘贴 ${String(slice.content.childCount)} 段。${lost}`, "一键排版", () => { this.tidy(); });
    } else if (lost) this.offer(`已粘贴。${lost}`);
    return false;
  }

  /** Bring a block (counted as the server counts, empty paragraphs left out when `line`) into view and mark the words. */
  private jump(line: number, words: string): void {
    const editor = this.editor;
    if (!editor) return;
    let seen = -1;
    let found = false;
    editor.state.doc.forEach((node, offset) => {
      const isPicture = node.type.name === "picture";
      if (found || (node.type.name !== "table" && !isPicture && !node.textContent)) return;
      seen += 1;
      if (seen !== line) return;
      found = true;
      if (isPicture) {
        editor.chain().setNodeSelection(offset).focus(undefined, { scrollIntoView: true }).run();
        return;
      }
      const at = words ? node.textContent.indexOf(words) : -1;
      const from = offset + 1 + Math.max(at, 0);
      editor.chain().setTextSelection(at < 0 ? from : { from, to: from + words.length }).focus(undefined, { scrollIntoView: true }).run();
    });
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[name=body]");
  }

  private mirror(): void {
    if (this.field) this.field.value = JSON.stringify(this.body());
  }

  /** A text that no draft keeps is kept with the fields of its form (`typed-keeper`). */
  private readonly giveTyped = (): void => {
    this.mirror();
    this.field?.toggleAttribute("data-typed", this.unsent);
  };

  private body(): JSONContent {
    return toSchema(this.editor?.getJSON() ?? { type: "doc", content: [] });
  }

  /** What is sent: the body and the form's own fields. */
  private payload(): Record<string, unknown> {
    return { ...valuesOf(this.closest("form")), body: this.body() };
  }

  /** A finding of the checks leads to its place: words of the body, or a field of the form. */
  private readonly goTo = (event: Event): void => {
    const found = (event.target as Element).closest<HTMLElement>("[data-goto]");
    if (!found) return;
    const { goto: name, line, words } = found.dataset;
    if (line !== undefined) this.jump(Number(line), words ?? "");
    else if (name === "body") this.editor?.commands.focus();
    else goToField(this.closest("form"), name ?? "");
  };

  private readonly fieldChanged = (event: Event): void => {
    const target = event.target as HTMLInputElement;
    if (this.editor && !this.contains(target) && !OWN.has(target.name)) this.changed();
  };

  private readonly submitted = (): void => {
    this.mirror();
    this.unsent = false;
    if (this.hasDraft) window.removeEventListener("beforeunload", this.warn);
  };

  /** What was sent and refused is unsent again. */
  private readonly answered = (event: Event): void => {
    if (!(event as CustomEvent<{ successful: boolean }>).detail.successful) this.unsent = !this.hasDraft;
  };

  private readonly keep = (): void => {
    this.save?.keepNow();
  };

  private readonly flush = (): void => {
    this.save?.flush();
  };

  private readonly warn = (event: BeforeUnloadEvent): void => {
    if (this.save?.waiting || this.unsent) event.preventDefault();
  };

  private say(state: SaveState, text: string): void {
    this.dataset["state"] = state;
    const time = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date());
    this.bar.say(state, state === "saved" ? `${time} ${TEXTS.saved}` : state === "refused" ? text : TEXTS[state]);
    if (state === "saved") this.notices.replaceChildren();
    if (state === "expired") this.notice("登录已过期，内容已保存在本机。请在新窗口登录，回到本页后自动继续保存。", "重新登录", () => window.open("/", "_blank"));
    if (state === "conflict") {
      this.notice(`${text || "此稿已在其他窗口或由他人修改。"}您的内容保存在本机，没有覆盖对方。`, "查看最新稿", () => {
        window.removeEventListener("beforeunload", this.warn);
        window.location.reload();
      });
    }
  }

  private notice(text: string, act: string, done: () => void, place = this.notices): void {
    const bar = make("div", "notice-bar");
    bar.setAttribute("role", "alert");
    bar.append(icon("alert-triangle", "sm"), make("span", "", text), button("button", act, done));
    place.replaceChildren(bar);
  }

  /** A word about the text that stays until it is answered or closed. */
  private offer(text: string, label?: string, act?: () => void): void {
    const bar = make("div", "notice-bar");
    bar.setAttribute("role", "status");
    bar.append(make("span", "", text));
    if (label && act) {
      bar.append(
        button("button button--small", label, () => {
          bar.remove();
          act();
        }),
      );
    }
    bar.append(iconButton("button button--quiet button--icon button--small", icon("x", "sm"), "关闭", () => { bar.remove(); }));
    this.offers.replaceChildren(bar);
  }

  /** What earlier visits could not send is offered, the newest first, never put in by itself, and stays until it is answered. */
  private offerKept(copies: readonly Kept[]): void {
    const [kept, ...older] = copies;
    this.keptNotices.replaceChildren();
    if (!kept) return;
    const settled = (): void => {
      this.save?.settle(kept);
      this.offerKept(older);
    };
    if (!differing(kept.payload, this.payload()).length) {
      settled();
      return;
    }
    const when = new Date(kept.at).toLocaleString("zh-CN", { dateStyle: "medium", timeStyle: "short" });
    this.notice(`本机有 ${when} 未能提交的内容。`, "恢复该内容", () => {
      if (this.restore(kept)) settled();
      else this.notice(`本机 ${when} 的内容已恢复，但有的栏目或选项已不在本页，这一部分仍保存在本机。`, "丢弃", settled, this.keptNotices);
    }, this.keptNotices);
    this.keptNotices.firstElementChild?.append(button("button button--quiet", "丢弃", settled));
  }

  /** Text, fields and the chosen units of a copy; true when all of it has found its place. */
  private restore(kept: Kept): boolean {
    const form = this.closest("form");
    this.editor?.commands.setContent(fromSchema(kept.payload["body"] as JSONContent), { emitUpdate: true });
    if (form) putValues(form, kept.payload, kept.picks ?? {});
    this.save?.keepNow();
    return !differing(kept.payload, this.payload()).length;
  }
}

/** Bring a field into view, show it and put the cursor there; pickers take it on their button. */
function goToField(form: HTMLFormElement | null, name: string): void {
  const field = form?.querySelector<HTMLElement>(`unit-picker[name="${name}"], [name="${name}"]:not([type=hidden]), #${name}`);
  if (!field) return;
  const target = field.matches("input, select, textarea") ? field : (field.querySelector<HTMLElement>("button, input") ?? field);
  field.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
  field.classList.add("is-found");
  window.setTimeout(() => { field.classList.remove("is-found"); }, 1600);
}

/** Define the element; called by the shell when one stands on the page. */
export function register(): void {
  if (!customElements.get("body-editor")) customElements.define("body-editor", BodyEditor);
}
