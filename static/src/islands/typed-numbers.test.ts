// @vitest-environment jsdom
import { Editor, type JSONContent } from "@tiptap/core";
import { Document } from "@tiptap/extension-document";
import { Heading } from "@tiptap/extension-heading";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Text } from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";
import { afterEach, describe, expect, it } from "vitest";
import { TypedNumbers } from "./typed-numbers";

const opened: Editor[] = [];

/** An editor whose timers end with the test. */
function editor(): Editor {
  const made = new Editor({
    extensions: [
      Document.extend({ content: "(paragraph | heading)+" }),
      Paragraph,
      Text,
      Heading.configure({ levels: [1, 2, 3, 4] }),
      UndoRedo,
      TypedNumbers,
    ],
    content: { type: "doc", content: [{ type: "paragraph" }] },
  });
  opened.push(made);
  return made;
}

afterEach(() => opened.splice(0).forEach((made) => made.destroy()));

function lines(made: Editor): unknown[] {
  return (made.getJSON().content ?? []).map((node: JSONContent) => [node.attrs?.["level"] ?? 0, node.content?.[0]?.text ?? ""]);
}

describe("typed-numbers", () => {
  it("makes a heading of a line that begins with a number, whatever is typed at once", () => {
    const made = editor();
    for (const line of ["一、落实制度", "各单位要落实。", "（一）带班。", "1.预案", "（1）物资"]) {
      if (made.getText()) made.commands.splitBlock();
      made.commands.insertContent({ type: "text", text: line });
    }
    expect(lines(made)).toEqual([[1, "落实制度"], [0, "各单位要落实。"], [2, "带班。"], [3, "预案"], [4, "物资"]]);
  });

  it("waits for the text behind the number and leaves decimal figures alone", () => {
    const made = editor();
    made.commands.insertContent({ type: "text", text: "1." });
    expect(lines(made)).toEqual([[0, "1."]]);
    made.commands.insertContent({ type: "text", text: "5亿元" });
    expect(lines(made)).toEqual([[0, "1.5亿元"]]);
  });

  it("is undone together with the typing", () => {
    const made = editor();
    made.commands.insertContent({ type: "text", text: "一、落实" });
    made.commands.undo();
    made.commands.insertContent({ type: "text", text: "甲" });
    expect(lines(made)[0]).toEqual([0, "甲"]);
  });
});
