// Between the editor's tree and the document's schema: names, known attributes, headings recognised by their numbers.
import type { JSONContent } from "@tiptap/core";

/** Names of TipTap's table nodes and of the document's schema differ only in style. */
const TO_SCHEMA: Record<string, string> = { tableRow: "table_row", tableCell: "table_cell", tableHeader: "table_header" };
const FROM_SCHEMA = Object.fromEntries(Object.entries(TO_SCHEMA).map(([ours, theirs]) => [theirs, ours]));

/** The numbers of GB/T 9704-2012 7.3.3; the editor counts them itself, so pasted ones are taken off. */
const NUMBERS: readonly (readonly [number, RegExp])[] = [
  [1, /^\s*[一二三四五六七八九十]{1,3}、\s*/],
  [2, /^\s*[（(][一二三四五六七八九十]{1,3}[）)]\s*/],
  [3, /^\s*\d{1,2}[.．](?!\d)\s*/],
  [4, /^\s*[（(]\d{1,2}[）)]\s*/],
];

const DIGITS = "零一二三四五六七八九";

/** The number of the `count`-th heading of a level, as the server and the style sheet write it. */
export function headingNumber(level: number, count: number): string {
  if (level === 1) return `${chineseNumber(count)}、`;
  if (level === 2) return `（${chineseNumber(count)}）`;
  return level === 3 ? `${String(count)}.` : `（${String(count)}）`;
}

function chineseNumber(count: number): string {
  if (count > 99) return String(count);
  const tens = Math.floor(count / 10);
  const ones = count % 10 ? (DIGITS[count % 10] ?? "") : "";
  return tens ? `${tens > 1 ? (DIGITS[tens] ?? "") : ""}十${ones}` : ones;
}

/** Rename nodes and drop attributes the schema does not know. */
export function toSchema(node: JSONContent): JSONContent {
  const type = node.type ?? "";
  const renamed: JSONContent = { type: TO_SCHEMA[type] ?? type };
  if (type === "heading") renamed.attrs = { level: node.attrs?.["level"] as number };
  if (type === "tableCell" || type === "tableHeader") {
    renamed.attrs = { colspan: (node.attrs?.["colspan"] as number) || 1, rowspan: (node.attrs?.["rowspan"] as number) || 1 };
  }
  if (type === "table" && node.attrs?.["landscape"]) renamed.attrs = { landscape: true };
  if (type === "picture") {
    renamed.attrs = { file: node.attrs?.["file"] as number, width: (node.attrs?.["width"] as number) || 100, caption: (node.attrs?.["caption"] as string) || "" };
  }
  if (node.text !== undefined) renamed.text = node.text;
  if (node.content) renamed.content = node.content.map(toSchema);
  return renamed;
}

/** The way back. */
export function fromSchema(node: JSONContent): JSONContent {
  const renamed: JSONContent = { ...node, type: FROM_SCHEMA[node.type ?? ""] ?? node.type ?? "" };
  if (node.content) renamed.content = node.content.map(fromSchema);
  return renamed;
}

/** The heading level a line's number stands for and the line without it; level 0 for a line without number. */
export function numbered(text: string): { level: number; rest: string } {
  for (const [level, pattern] of NUMBERS) {
    if (pattern.test(text)) return { level, rest: text.replace(pattern, "") };
  }
  return { level: 0, rest: text.trim() };
}

/** Pasted text as nodes: a line a paragraph, headings by their numbers, indents and empty lines dropped. */
export function nodesFromText(text: string): JSONContent[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/^[\s\u3000]+|[\s\u3000]+$/g, ""))
    .filter(Boolean)
    .map((line) => {
      const { level, rest } = numbered(line);
      const content = rest ? { content: [{ type: "text", text: rest }] } : {};
      return level ? { type: "heading", attrs: { level }, ...content } : { type: "paragraph", ...content };
    });
}

/** Paragraphs at the top level that carry a heading's number become that heading; empty ones go. */
export function numbersToHeadings(nodes: JSONContent[]): JSONContent[] {
  return nodes.flatMap((node) => {
    if (node.type !== "paragraph" && node.type !== "heading") return [node]; // tables and pictures
    const text = (node.content ?? []).map((child) => child.text ?? "").join("").replace(/^[\s\u3000]+|[\s\u3000]+$/g, "");
    if (!text) return [];
    const { level, rest } = numbered(text);
    const content = rest ? { content: [{ type: "text", text: rest }] } : {};
    if (level) return [{ type: "heading", attrs: { level }, ...content }];
    return [node.type === "heading" ? { ...node, ...content } : { type: "paragraph", ...content }];
  });
}
