// Pictures in the text: chosen, pasted or dropped, sent at once, shown at the width they will be printed, with words below.
import { type Editor, type JSONContent, Node } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import { csrfToken, failureText } from "./csrf";
import { make } from "./dom";
import { blockEnd } from "./editor-tables";

export const TAKEN = "image/png,image/jpeg,image/bmp";
const PATIENCE = 20; // times the page image of a stored picture is asked for while it is made
const PAUSE_MS = 1500;

/** Pictures of this document by file: what shows one just sent, else empty. Others may not be pasted in: they are not its own. */
type Own = Map<number, string>;

interface Attributes {
  file: number;
  width: number;
  caption: string;
}

/** The block; it holds no text of its own. */
export const Picture = Node.create<{ own: Own }>({
  name: "picture",
  group: "block",
  atom: true,
  draggable: true,
  addOptions: () => ({ own: new Map<number, string>() }),
  addAttributes: () => ({ file: { default: 0 }, width: { default: 100 }, caption: { default: "" } }),
  parseHTML() {
    return [
      {
        tag: "figure[data-picture]",
        getAttrs: (element) => {
          const { picture, width, caption } = element.dataset;
          return this.options.own.has(Number(picture)) && { file: Number(picture), width: Number(width), caption: caption ?? "" };
        },
      },
    ];
  },
  renderHTML({ node }) {
    const { file, width, caption } = node.attrs as Attributes;
    return ["figure", { "data-picture": file, "data-width": width, "data-caption": caption }];
  },
  addNodeView() {
    return ({ node, view, getPos }) => new PictureView(node, view, getPos, this.options.own);
  },
});

class PictureView implements NodeView {
  readonly dom = make("figure", "editor__picture");
  private readonly image = make("img");
  private readonly words = make("input", "editor__caption");

  constructor(
    private node: ProseNode,
    private readonly view: EditorView,
    private readonly place: () => number | undefined,
    own: Own,
  ) {
    const { file } = node.attrs as Attributes;
    if (!own.has(file)) own.set(file, "");
    this.words.maxLength = 100;
    this.words.placeholder = "图片说明（可不填）";
    this.words.setAttribute("aria-label", "图片说明");
    this.words.addEventListener("input", () => { this.say(); });
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it would submit the document
    });
    this.image.draggable = false; // the figure is what is carried
    this.dom.append(this.image, this.words);
    this.show(own.get(file) ?? "", file);
    this.apply();
  }

  update(node: ProseNode): boolean {
    const other = node.type !== this.node.type || node.attrs["file"] !== this.node.attrs["file"];
    if (other) return false;
    this.node = node;
    this.apply();
    return true;
  }

  selectNode(): void {
    this.dom.classList.add("is-selected");
  }

  deselectNode(): void {
    this.dom.classList.remove("is-selected");
  }

  stopEvent(event: Event): boolean {
    return event.target === this.words;
  }

  ignoreMutation(): boolean {
    return true;
  }

  private apply(): void {
    const { width, caption } = this.node.attrs as Attributes;
    this.image.style.setProperty("inline-size", `${String(width)}%`);
    this.image.alt = caption || "图片";
    if (this.words.value !== caption) this.words.value = caption;
  }

  private say(): void {
    const at = this.place();
    if (at !== undefined) this.view.dispatch(this.view.state.tr.setNodeAttribute(at, "caption", this.words.value));
  }

  /** The picture just chosen, or the stored one, whose page image may still be in the making. */
  private show(local: string, file: number): void {
    let left = PATIENCE;
    const address = `/files/${String(file)}/pages/1.png`;
    this.image.addEventListener("error", () => {
      if (local || left === 0) return;
      left -= 1;
      window.setTimeout(() => { this.image.src = `${address}?${String(left)}`; }, PAUSE_MS);
    });
    this.image.src = local || address;
  }
}

export interface DeskOptions {
  editor: () => Editor | null;
  url: () => string;
  own: Own;
  notice: (text: string) => void;
}

/** Takes pictures in, one after the other, and puts each behind the block with the cursor. */
export class PictureDesk {
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: DeskOptions) {}

  choose(): void {
    const field = make("input");
    field.type = "file";
    field.accept = TAKEN;
    field.multiple = true;
    field.addEventListener("change", () => { this.take([...(field.files ?? [])]); });
    field.click();
  }

  /** Whether there were pictures among `files`; they are being sent then. */
  take(files: readonly File[]): boolean {
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    for (const file of pictures) this.queue = this.queue.then(() => this.send(file));
    return pictures.length > 0;
  }

  private async send(file: File): Promise<void> {
    this.options.notice(`正在插入“${file.name}”…`);
    const form = new FormData();
    form.append("file", file);
    try {
      const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
      const answer = await fetch(`${this.options.url()}pictures/`, { method: "POST", headers, body: form });
      if (!answer.ok) {
        this.options.notice(`“${file.name}”没有插入：${await failureText(answer)}`);
        return;
      }
      const { file: id } = (await answer.json()) as { file: number };
      this.options.own.set(id, URL.createObjectURL(file));
      const editor = this.options.editor();
      if (editor) pictureInsert(editor, id);
      this.options.notice("");
    } catch {
      this.options.notice(`网络不通，“${file.name}”没有插入，请稍后重试。`);
    }
  }
}

/** Put the picture behind the block with the cursor, in the place of an empty paragraph, and go on writing below it. */
export function pictureInsert(editor: Editor, file: number): void {
  const { end, isLast } = blockEnd(editor);
  const block = editor.state.doc.resolve(end).nodeBefore;
  const isEmpty = block?.type.name === "paragraph" && block.content.size === 0;
  const nodes: JSONContent[] = [{ type: "picture", attrs: { file } }, ...(isLast ? [{ type: "paragraph" }] : [])];
  const from = isEmpty ? end - block.nodeSize : end;
  editor.chain().insertContentAt(isEmpty ? { from, to: end } : end, nodes).setTextSelection(from + 2).focus().run();
}
