import { describe, expect, it } from "vitest";
import { type Cleaned, linesOf, nodesOf, rebased, OBJECT, undone } from "./cleanup-text";
import { headingNumber } from "./body-schema";

const paragraph = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });
const heading = (level: number, text: string) => ({ type: "heading", attrs: { level }, content: [{ type: "text", text }] });
const table = { type: "table", content: [] };
const comma = { id: 0, rule: "mark", name: "标点", position: 7, before: ",", after: "，" };
const blank = { id: 1, rule: "space", name: "去除空格", position: 15, before: " ", after: "" };
const cleaned: Cleaned = { text: "请于明天前报送，不得延误。\n特此通知。", changes: [comma, blank] };

describe("cleanup-text", () => {
  it("writes a body as the server does: numbers, a sign for a table, no empty lines", () => {
    const body = { type: "doc", content: [heading(1, "总体要求"), { type: "paragraph" }, heading(2, "目标"), table, heading(1, "任务"), heading(2, "甲"), paragraph("正文")] };
    expect(linesOf(body)).toBe(`一、总体要求\n（一）目标\n${OBJECT}\n二、任务\n（一）甲\n正文`);
  });

  it("counts headings in Chinese up to ninety-nine", () => {
    expect([1, 10, 11, 20, 21, 99, 100].map((count) => headingNumber(1, count))).toEqual(["一、", "十、", "十一、", "二十、", "二十一、", "九十九、", "100、"]);
    expect(headingNumber(4, 3)).toBe("（3）");
  });

  it("puts tables back in their places", () => {
    const other = { type: "table", content: [{ type: "tableRow" }] };
    expect(nodesOf(`甲\n${OBJECT}\n${OBJECT}\n一、乙`, [table, other])).toEqual([paragraph("甲"), table, other, heading(1, "乙")]);
  });

  it("takes one change back and moves those behind it", () => {
    const result = undone(cleaned, comma);
    expect(result).toEqual({ text: "请于明天前报送,不得延误。\n特此通知。", changes: [blank] });
    expect(undone(result ?? cleaned, blank)?.text).toBe("请于明天前报送,不得延误。\n特 此通知。");
  });

  it("does not take back what was written over", () => {
    expect(undone({ ...cleaned, text: "别的文字" }, comma)).toBeNull();
  });

  it("keeps changes in step with what is written before and behind them, and settles those written over", () => {
    expect(rebased(cleaned, `现在，${cleaned.text}`).changes.map((change) => change.position)).toEqual([10, 18]);
    expect(rebased(cleaned, `${cleaned.text}完`).changes.map((change) => change.position)).toEqual([7, 15]);
    expect(rebased(cleaned, "请于明天送，不得延误。\n特此通知。").changes.map((change) => change.position)).toEqual([5, 13]);
    expect(rebased(cleaned, "请于明天前上报；不得延误。\n特此通知。").changes.map((change) => change.id)).toEqual([1]);
  });
});
