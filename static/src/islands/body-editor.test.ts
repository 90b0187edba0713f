import { describe, expect, it } from "vitest";
import { fromSchema, nodesFromText, numbersToHeadings, toSchema } from "./body-schema";

describe("body-editor", () => {
  it("sends only what the document schema knows", () => {
    const sent = toSchema({
      type: "doc",
      content: [
        { type: "heading", attrs: { level: 2, textAlign: "left" }, content: [{ type: "text", text: "明确任务。" }] },
        { type: "table", content: [{ type: "tableRow", content: [{ type: "tableCell", attrs: { colspan: 1, rowspan: 1, colwidth: null }, content: [{ type: "paragraph" }] }] }] },
      ],
    });
    expect(sent.content?.[0]).toEqual({ type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "明确任务。" }] });
    expect(sent.content?.[1]?.content?.[0]?.content?.[0]).toEqual({
      type: "table_cell", attrs: { colspan: 1, rowspan: 1 }, content: [{ type: "paragraph" }],
    });
  });

  it("comes back unchanged", () => {
    const body = { type: "doc", content: [{ type: "table", content: [{ type: "table_row", content: [] }] }] };
    expect(toSchema(fromSchema(body))).toEqual(body);
  });

  it("keeps what lies across and nothing else of a table", () => {
    const table = (attrs: Record<string, unknown>) => ({ type: "doc", content: [{ type: "table", attrs, content: [] }] });
    expect(toSchema(table({ landscape: true, style: "x" })).content?.[0]?.attrs).toEqual({ landscape: true });
    expect(toSchema(table({ landscape: false })).content?.[0]).toEqual({ type: "table", content: [] });
    expect(fromSchema(table({ landscape: true })).content?.[0]?.attrs).toEqual({ landscape: true });
  });

  it("takes pasted numbers for headings and takes them off, because the editor counts itself", () => {
    const nodes = nodesFromText("　　现通知如下：\r\n\r\n一、总体要求\n（一）明确任务。各单位要落实。\n1.加强值守\n（1）24小时值班\n2026年底前完成3.5万亩。");
    expect(nodes.map((node) => [node.type, node.attrs?.["level"] ?? 0, node.content?.[0]?.text])).toEqual([
      ["paragraph", 0, "现通知如下："],
      ["heading", 1, "总体要求"],
      ["heading", 2, "明确任务。各单位要落实。"],
      ["heading", 3, "加强值守"],
      ["heading", 4, "24小时值班"],
      ["paragraph", 0, "2026年底前完成3.5万亩。"],
    ]);
  });

  it("cleans pasted pages but leaves tables alone", () => {
    const table = { type: "table", content: [] };
    const cleaned = numbersToHeadings([
      { type: "paragraph" },
      { type: "paragraph", content: [{ type: "text", text: "二、" }, { type: "text", text: "工作安排" }] },
      table,
    ]);
    expect(cleaned).toEqual([{ type: "heading", attrs: { level: 1 }, content: [{ type: "text", text: "工作安排" }] }, table]);
  });
});
