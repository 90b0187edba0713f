// What the picker asks the server for.
import { csrfToken } from "./csrf";

export type Picks = "organ" | "appointment";

export interface Item {
  key: string;
  kind: "organ" | "unit" | "appointment";
  id: number;
  name: string;
  detail: string;
  has_children: boolean;
}

export interface Group {
  name: string;
  members: Item[];
}

async function results<T>(url: string): Promise<T[]> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (answer.status === 401) throw new Error("登录已过期，请重新登录。");
  if (!answer.ok) throw new Error("名录暂时取不到，请稍后重试。");
  return ((await answer.json()) as { results: T[] }).results;
}

/** The level of the tree below `parent` (a key, empty for the top). */
export function levelOf(parent: string, picks: Picks): Promise<Item[]> {
  return results<Item>(`/api/v1/units/?parent=${encodeURIComponent(parent)}&picks=${picks}`);
}

/** Organs or people by name, pinyin or initials. */
export function found(text: string, picks: Picks): Promise<Item[]> {
  const kind = picks === "organ" ? "organ" : "person";
  return results<Item>(`/api/v1/directory/?q=${encodeURIComponent(text)}&kind=${kind}`);
}

/** What this person chose lately. */
export function recent(picks: Picks): Promise<Item[]> {
  return results<Item>(`/api/v1/recent/?picks=${picks}`);
}

/** Kept groups such as 各县区. */
export function groups(): Promise<Group[]> {
  return results<Group>("/api/v1/groups/");
}

/** Remember a choice for the next time; failing is no harm. */
export function remember(picks: Picks, chosen: readonly Item[]): void {
  if (!chosen.length) return;
  void fetch("/api/v1/recent/", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({ picks, ids: chosen.map((item) => item.id).slice(0, 100) }),
  }).catch(() => undefined);
}
