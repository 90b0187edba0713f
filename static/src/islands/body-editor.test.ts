import { describe, expect, it } from "vitest";
import { fromSchema, toSchema } from "./body-editor";

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
});
