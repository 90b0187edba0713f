import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { register } from "./body-editor";
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

describe("a text without a draft", () => {
  const come = (typed: string) => {
    document.body.innerHTML = `<form method="post"><body-editor><script type="application/json">{"type":"doc","content":[]}</script>
      <input type="hidden" name="body"${typed ? ` value='${typed}' data-typed` : ""}></body-editor></form>`;
  };
  const field = () => document.querySelector<HTMLInputElement>("[name=body]");

  it("is given to be kept before a lock when it was changed, and taken back", () => {
    register();
    come("");
    document.dispatchEvent(new Event("typed:keep"));
    expect(field()?.hasAttribute("data-typed")).toBe(false);
    come('{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"模板正文。"}]}]}');
    expect(document.querySelector(".editor__text")?.textContent).toBe("模板正文。");
    field()?.removeAttribute("data-typed");
    document.dispatchEvent(new Event("typed:keep"));
    expect(field()?.hasAttribute("data-typed")).toBe(true);
    expect(field()?.value).toContain("模板正文。");
    document.body.innerHTML = "";
  });
});

describe("a copy that an earlier visit could not send", () => {
  const body = (text: string) => ({ type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text }] }] });
  const keep = (payload: object) => { window.localStorage.setItem("tz.draft.7", JSON.stringify({ version: 1, payload, at: "2026-09-01T08:00:00Z" })); };
  const come = () => {
    document.body.innerHTML = `<form><textarea name="title">通知</textarea><body-editor autosave-url="/api/7/" draft-key="7" version="1">
      <script type="application/json">${JSON.stringify(body("正文。"))}</script><input type="hidden" name="body"></body-editor></form>`;
  };
  const act = (words: string) => [...document.querySelectorAll("button")].find((one) => one.textContent === words);
  const stored = () => Object.entries({ ...window.localStorage } as Record<string, string>).filter(([name]) => name.startsWith("tz.draft.7"));

  beforeEach(() => {
    vi.useFakeTimers(); // what is to be saved later is not saved here
    window.localStorage.clear();
    register();
  });
  afterEach(() => {
    document.body.innerHTML = "";
    window.localStorage.clear();
    vi.useRealTimers();
  });

  it("is offered for its fields alone, too, and put back whole", () => {
    keep({ title: "关于值班的通知", body: body("正文。") });
    come();
    act("恢复该内容")?.click();
    expect(document.querySelector("textarea")?.value).toBe("关于值班的通知");
    expect(act("丢弃")).toBeUndefined();
    expect(stored().map(([name]) => name)).toEqual(["tz.draft.7"]); // as the present, unsaved text
    expect(stored()[0]?.[1]).toContain("关于值班的通知");
  });

  it("stays on the device as long as a part of it has no place", () => {
    keep({ title: "通知", gone: "附注", body: body("改过的正文。") });
    come();
    act("恢复该内容")?.click();
    expect(document.querySelector(".editor__text")?.textContent).toContain("改过的正文。");
    expect(stored().find(([name]) => name.endsWith(".aside"))?.[1]).toContain("附注");
    act("丢弃")?.click();
    expect(stored().some(([name]) => name.endsWith(".aside"))).toBe(false);
  });

  it("is not offered when it is what the page shows", () => {
    keep({ title: "通知", body: body("正文。") });
    come();
    expect(act("恢复该内容")).toBeUndefined();
    expect(stored()).toEqual([]);
  });
});
