// Tables that may lie on pages of their own, turned by a quarter (GB/T 9704-2012 §8), and the way on below what holds no text.
import type { Editor } from "@tiptap/core";
import { Table } from "@tiptap/extension-table";

export const LandscapeTable = Table.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      landscape: {
        default: false,
        parseHTML: (element: HTMLElement) => "landscape" in element.dataset,
        renderHTML: ({ landscape }: Record<string, unknown>) => (landscape ? { "data-landscape": "" } : {}),
      },
    };
  },
});

/** Where the block with the cursor ends, and whether it is the last of the text. */
export function blockEnd(editor: Editor): { end: number; isLast: boolean } {
  const { doc, selection } = editor.state;
  const { $from } = selection;
  const index = Math.min($from.index(0), doc.childCount - 1);
  return { end: ($from.depth ? $from.before(1) : $from.pos) + doc.child(index).nodeSize, isLast: index === doc.childCount - 1 };
}

/** A fresh table at the cursor; one that would end the text gets a paragraph below it to write on in. */
export function tableInsert(editor: Editor): void {
  editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run();
  const { end, isLast } = blockEnd(editor);
  if (isLast) editor.chain().insertContentAt(end, { type: "paragraph" }, { updateSelection: false }).run();
}

/** Go on in a new paragraph below the table or picture with the cursor. */
export function writeBelow(editor: Editor): void {
  const { end } = blockEnd(editor);
  editor.chain().insertContentAt(end, { type: "paragraph" }).setTextSelection(end + 1).focus().run();
}
