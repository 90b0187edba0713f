// A line that is typed with its number becomes that heading, as a pasted one does; the editor counts the numbers itself.
import { Extension } from "@tiptap/core";
import { Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { numbered } from "./body-schema";

/** The line with the cursor, when it begins with a number and has text behind it; nothing in tables. */
export function headingTyped(view: EditorView): Transaction | null {
  const { $from } = view.state.selection;
  if ($from.depth !== 1) return null;
  const block = $from.parent;
  const { level, rest } = numbered(block.textContent);
  const type = view.state.schema.nodes["heading"];
  if (!level || !rest || !type) return null;
  const start = $from.start();
  const change = view.state.tr.delete(start, start + block.textContent.length - rest.length);
  return change.setNodeMarkup(start - 1, type, { level });
}

/** Looks after each typed change, never amid a composition and never after an undo. */
export const TypedNumbers = Extension.create({
  name: "typedNumbers",
  addProseMirrorPlugins() {
    let isUndo = false;
    const look = (view: EditorView): void => {
      if (view.composing || isUndo) return;
      const change = headingTyped(view);
      if (change) view.dispatch(change);
    };
    return [
      new Plugin({
        key: new PluginKey("typedNumbers"),
        state: {
          init: () => null,
          apply: (transaction) => {
            if (transaction.docChanged) isUndo = transaction.getMeta("history$") !== undefined;
            return null;
          },
        },
        props: {
          handleDOMEvents: {
            compositionend: (view) => {
              window.setTimeout(() => {
                if (!view.isDestroyed) look(view);
              });
              return false;
            },
          },
        },
        view: () => ({
          update: (view, before) => {
            if (!before.doc.eq(view.state.doc)) look(view);
          },
        }),
      }),
    ];
  },
});
