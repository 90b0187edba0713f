// The text side of 一键排版: the body as numbered lines, changes that move with the text, one change taken back. Pure.
import type { JSONContent } from "@tiptap/core";
import { headingNumber, nodesFromText } from "./body-schema";

/** Stands for a table or picture in plain lines, as on the server. */
export const OBJECT = "\ufffc";

/** One thing mended: `before` became `after` at `position` of the clean text; `id` stays while the position moves. */
export interface Change {
  id: number;
  rule: string;
  name: string;
  position: number;
  before: string;
  after: string;
}

export interface Cleaned {
  text: string;
  changes: Change[];
}

/** The body (of the schema or of the editor) as printed lines, headings with their numbers, a line for each table or picture. */
export function linesOf(body: JSONContent): string {
  const counts = [0, 0, 0, 0];
  const lines: string[] = [];
  for (const node of body.content ?? []) {
    if (isObject(node)) lines.push(OBJECT);
    const text = (node.content ?? []).map((child) => child.text ?? "").join("");
    if (isObject(node) || !text) continue;
    const level = node.type === "heading" ? Number(node.attrs?.["level"] ?? 0) : 0;
    if (level) {
      counts[level - 1] = (counts[level - 1] ?? 0) + 1;
      counts.fill(0, level);
    }
    lines.push(level ? headingNumber(level, counts[level - 1] ?? 1) + text : text);
  }
  return lines.join("\n");
}

/** Whether a block stands in plain lines as a sign: tables and pictures. */
export function isObject(node: JSONContent): boolean {
  return node.type === "table" || node.type === "picture";
}

/** The clean text's nodes; the line of a table or picture is the next of `objects`. */
export function nodesOf(text: string, objects: readonly JSONContent[]): JSONContent[] {
  const left = [...objects];
  return text.split(OBJECT).flatMap((group, place) => {
    const node = place ? left.shift() : undefined;
    return [...(node ? [node] : []), ...nodesFromText(group)];
  });
}

/** The changes after the writer went on writing: those in untouched text move along, those in the rewritten part are settled. */
export function rebased(cleaned: Cleaned, text: string): Cleaned {
  const old = cleaned.text;
  if (old === text) return cleaned;
  const shorter = Math.min(old.length, text.length);
  let head = 0;
  while (head < shorter && old[head] === text[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  const shift = text.length - old.length;
  const changes = cleaned.changes.flatMap((change) => {
    if (change.position + change.after.length <= head) return [change];
    return change.position >= old.length - tail ? [{ ...change, position: change.position + shift }] : [];
  });
  return { text, changes };
}

/** The text without one change, or null when a later change stands on its place. */
export function undone(cleaned: Cleaned, change: Change): Cleaned | null {
  const end = change.position + change.after.length;
  if (cleaned.text.slice(change.position, end) !== change.after) return null;
  const shift = change.before.length - change.after.length;
  return {
    text: cleaned.text.slice(0, change.position) + change.before + cleaned.text.slice(end),
    changes: cleaned.changes.flatMap((other) => {
      if (other.id === change.id) return [];
      return [other.position >= end ? { ...other, position: other.position + shift } : other];
    }),
  };
}

/** The line a change stands in (counting from 0) and the words around it. */
export function placeOf(cleaned: Cleaned, change: Change): { line: number; lead: string; rest: string } {
  const { text } = cleaned;
  const from = text.lastIndexOf("\n", change.position - 1) + 1;
  const end = change.position + change.after.length;
  const stop = text.indexOf("\n", end);
  let line = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < change.position; at = text.indexOf("\n", at + 1)) line += 1;
  return {
    line,
    lead: text.slice(Math.max(from, change.position - 10), change.position),
    rest: text.slice(end, Math.min(stop === -1 ? text.length : stop, end + 14)),
  };
}
