// @vitest-environment jsdom
import { Editor, type JSONContent } from "@tiptap/core";
import { Document } from "@tiptap/extension-document";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromSchema, toSchema } from "./body-schema";
import { tableInsert, writeBelow } from "./editor-tables";
import { Picture, PictureDesk, pictureInsert } from "./editor-pictures";

const opened: Editor[] = [];
const paragraph = (text = ""): JSONContent => ({ type: "paragraph", ...(text ? { content: [{ type: "text", text }] } : {}) });
const picture = (file: number): JSONContent => ({ type: "picture", attrs: { file, width: 100, caption: "" } });

function editor(content: JSONContent[], own = new Map<number, string>()): Editor {
  const made = new Editor({
    extensions: [
      Document.extend({ content: "(paragraph | table | picture)+" }), Paragraph, Text, Table, TableRow, TableHeader,
      TableCell.extend({ content: "paragraph+" }), Picture.configure({ own }),
    ],
    content: { type: "doc", content },
  });
  opened.push(made);
  return made;
}

afterEach(() => { opened.splice(0).forEach((made) => { made.destroy(); }); });

function kinds(made: Editor): unknown[] {
  return (made.getJSON().content ?? []).map((node: JSONContent) => (node.type === "paragraph" ? (node.content?.[0]?.text ?? "") : node.type));
}

describe("pictureInsert", () => {
  it("puts the picture behind the block with the cursor and goes on below it", () => {
    const made = editor([paragraph("甲"), paragraph("乙")]);
    made.commands.setTextSelection(2);
    pictureInsert(made, 7);
    made.commands.insertContent("丙");
    expect(kinds(made)).toEqual(["甲", "picture", "丙乙"]);
  });

  it("takes the place of an empty paragraph and leaves one to write on behind the last", () => {
    const made = editor([paragraph()]);
    pictureInsert(made, 7);
    pictureInsert(made, 8);
    made.commands.insertContent("丙");
    expect(kinds(made)).toEqual(["picture", "picture", "丙"]);
  });

  it("stands behind a table, never in one", () => {
    const cell = { type: "tableCell", content: [paragraph("格")] };
    const made = editor([{ type: "table", content: [{ type: "tableRow", content: [cell] }] }]);
    made.commands.setTextSelection(4);
    pictureInsert(made, 7);
    expect(kinds(made)).toEqual(["table", "picture", ""]);
  });
});

describe("tableInsert and writeBelow", () => {
  it("leave a paragraph to write on in below a table that would end the text", () => {
    const made = editor([paragraph("甲")]);
    made.commands.setTextSelection(2);
    tableInsert(made);
    expect(kinds(made)).toEqual(["甲", "table", ""]);
    expect(made.isActive("table")).toBe(true);
    writeBelow(made);
    made.commands.insertContent("乙");
    expect(kinds(made)).toEqual(["甲", "table", "乙", ""]);
  });

  it("go on below a picture", () => {
    const made = editor([picture(7)]);
    made.commands.setNodeSelection(0);
    writeBelow(made);
    made.commands.insertContent("乙");
    expect(kinds(made)).toEqual(["picture", "乙"]);
  });
});

describe("Picture", () => {
  it("is sent with what the schema knows and comes back", () => {
    const body = { type: "doc", content: [{ type: "picture", attrs: { file: 7, width: 50, caption: "图1" } }] };
    expect(toSchema(fromSchema(body))).toEqual(body);
  });

  it("keeps the words below it as they are typed", () => {
    const made = editor([picture(7), paragraph("甲")]);
    const words = made.view.dom.querySelector("input");
    if (!words) throw new Error("no field");
    words.value = "图1　位置";
    words.dispatchEvent(new Event("input"));
    expect(made.getJSON().content?.[0]?.attrs?.["caption"]).toBe("图1　位置");
    expect(words.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }))).toBe(false);
  });

  it("does not take pictures of other documents from what is pasted", () => {
    const made = editor([picture(7), paragraph()]);
    made.commands.insertContentAt(made.state.doc.content.size, '<figure data-picture="9"></figure><figure data-picture="7" data-width="50"></figure>');
    expect((made.getJSON().content ?? []).filter((node) => node.type === "picture").map((node) => node.attrs?.["file"])).toEqual([7, 7]);
  });
});

describe("PictureDesk", () => {
  const said: string[] = [];
  const file = (name: string, type = "image/png") => new File(["x"], name, { type });
  const desk = (made: Editor) => new PictureDesk({ editor: () => made, url: () => "/d/", own: new Map(), notice: (text) => { said.push(text); } });

  beforeEach(() => {
    said.length = 0;
    URL.createObjectURL = () => "blob:x";
  });
  afterEach(() => { vi.unstubAllGlobals(); });

  it("sends pictures one after the other, in their order", async () => {
    let id = 0;
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ file: (id += 1) }), { status: 201 })));
    const made = editor([paragraph()]);
    expect(desk(made).take([file("甲.png"), file("表.xlsx", "application/x"), file("乙.png")])).toBe(true);
    await vi.waitFor(() => { expect(kinds(made)).toEqual(["picture", "picture", ""]); });
    expect((made.getJSON().content ?? []).slice(0, 2).map((node) => node.attrs?.["file"])).toEqual([1, 2]);
  });

  it("says the server's words when one is not taken, and goes on with the next", async () => {
    const answers = [new Response(JSON.stringify({ message: "图片过大。" }), { status: 422 }), new Response(JSON.stringify({ file: 5 }), { status: 201 })];
    vi.stubGlobal("fetch", () => Promise.resolve(answers.shift()));
    const made = editor([paragraph()]);
    desk(made).take([file("大.png"), file("小.png")]);
    await vi.waitFor(() => { expect(kinds(made)).toEqual(["picture", ""]); });
    expect(said).toContain("“大.png”没有插入：图片过大。");
  });

  it("leaves files that are no pictures to others", () => {
    expect(desk(editor([paragraph()])).take([file("表.xlsx", "application/x")])).toBe(false);
  });
});
