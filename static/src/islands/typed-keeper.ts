// What was typed and not sent outlives a locked screen and an ended session: kept in this tab, for the same person and page.
import { isChanged, isField, type Field } from "./changed-fields";
import { toast } from "./page-manners";
import type { Ink, PenPad } from "./pen-pad";
import type { Item } from "./picker-data";
import { UnitPicker } from "./unit-picker";

const KEPT = "tz.typed.";
const NOT_KEPT = "[type=password], [type=file], [autocomplete=one-time-code], [autocomplete$=password], [data-submit-on-change], :disabled";
const CHANGING = new Set(["csrfmiddlewaretoken", "key", "expected_version", "next", "file"]);

const BODY = "body-editor:not([autosave-url]) input[name=body]"; // its editor marks it with `data-typed` when asked

type Place = Field | UnitPicker | PenPad;
type Value = boolean | string[] | Item[] | Ink | null;

/** Keep what differs from what the page came with; called before the page is left without having been asked. */
export function keepTyped(page: Document, store: Storage = window.sessionStorage): void {
  page.dispatchEvent(new Event("typed:keep"));
  const values = placesOf(page).filter(([, place]) => isBegun(place)).map(([name, place]) => [name, valueOf(place)]);
  const key = keyOf(page);
  if (!key || !values.length) return;
  try {
    store.setItem(key, JSON.stringify(values));
  } catch {
    // storage full or closed: nothing can be kept
  }
}

/** Put back what was kept of this page into fields that are as the page came; others' words are dropped unseen. */
export function restoreTyped(page: Document, store: Storage = window.sessionStorage): void {
  const key = keyOf(page);
  if (!key) return;
  for (const other of keptKeys(store)) if (!other.startsWith(ownPrefix(page))) store.removeItem(other);
  const left = new Map(parsed(store.getItem(key)));
  store.removeItem(key);
  if (!left.size) return;
  putBack(page, left);
  page.addEventListener("htmx:load", () => { if (left.size) putBack(page, left); }); // forms that arrive later
}

/** At sign-out nothing stays. */
export function forgetTyped(store: Storage = window.sessionStorage): void {
  for (const key of keptKeys(store)) store.removeItem(key);
}

function parsed(text: string | null): [string, Value][] {
  try {
    return JSON.parse(text ?? "[]") as [string, Value][];
  } catch {
    return [];
  }
}

function keptKeys(store: Storage): string[] {
  return Object.keys(store).filter((key) => key.startsWith(KEPT));
}

function ownPrefix(page: Document): string {
  return `${KEPT}${page.body.dataset["person"] ?? ""}.`;
}

function keyOf(page: Document): string {
  return page.body.dataset["person"] ? ownPrefix(page) + window.location.pathname + window.location.search : "";
}

/** All fields of forms that are sent, by a name that is the same when the page comes again. Drafts keep themselves. */
function placesOf(page: Document): [string, Place][] {
  const seen = new Map<string, number>();
  const found: [string, Place][] = [];
  for (const form of page.forms) {
    const isSent = form.getAttribute("method")?.toLowerCase() === "post" || form.hasAttribute("hx-post");
    if (!isSent || form.querySelector("body-editor[autosave-url]")) continue;
    for (const place of [...form.elements, ...form.querySelectorAll("unit-picker, pen-pad")]) {
      if (!isKept(place)) continue;
      const name = nameOf(form, place);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      found.push([`${name}#${String(count)}`, place]);
    }
  }
  return found;
}

function isKept(place: Element): place is Place {
  if (place instanceof UnitPicker || isPad(place) || place.matches(BODY)) return true;
  return isField(place) && !!place.name && !place.matches(NOT_KEPT);
}

function isPad(place: Element): place is PenPad {
  return place.localName === "pen-pad";
}

/** A field's id says enough; without one, the numbers that its form carries tell equal forms apart. */
function nameOf(form: HTMLFormElement, place: Place): string {
  const where = form.getAttribute("id") ?? form.getAttribute("hx-post") ?? form.getAttribute("action") ?? "";
  const hidden = [...form.querySelectorAll<HTMLInputElement>("input[type=hidden]")]
    .filter((field) => /^\d{1,18}$/.test(field.value) && !CHANGING.has(field.name) && !field.closest("unit-picker"))
    .map((field) => `${field.name}=${field.value}`);
  const which = isTick(place) ? place.value : "";
  return JSON.stringify([where, place.getAttribute("name"), which, ...(place.id ? [place.id] : hidden)]);
}

function isTick(place: Place): place is HTMLInputElement {
  return place instanceof HTMLInputElement && (place.type === "checkbox" || place.type === "radio");
}

function isBegun(place: Place): boolean {
  if (place instanceof UnitPicker) return place.hasAttribute("data-changed");
  if (isPad(place)) return !!place.ink;
  if (place.matches(BODY)) return place.hasAttribute("data-typed");
  return isChanged(place) && !(isTick(place) && place.type === "radio" && !place.checked);
}

function valueOf(place: Place): Value {
  if (place instanceof UnitPicker) return [...place.items];
  if (isPad(place)) return place.ink;
  if (isTick(place)) return place.checked;
  if (place instanceof HTMLSelectElement) return [...place.selectedOptions].map((option) => option.value);
  return [place.value];
}

/** First all values, then the events: what listens to one field must not find the next one empty. */
function putBack(page: Document, left: Map<string, Value>): void {
  const filled: Place[] = [];
  for (const [name, place] of placesOf(page)) {
    const value = left.get(name);
    if (value === undefined || isBegun(place)) continue;
    left.delete(name);
    if (put(place, value)) filled.push(place);
  }
  for (const place of filled) {
    for (const fold of foldsOf(place)) fold.open = true;
    if (place instanceof UnitPicker || isPad(place)) continue; // tell by themselves
    place.dispatchEvent(new Event("input", { bubbles: true }));
    place.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (filled.length) toast(page, "已恢复上次填写而没有提交的内容。");
}

function put(place: Place, value: Value): boolean {
  if (place instanceof UnitPicker) place.put(value as Item[]);
  else if (isPad(place)) place.put(value as Ink);
  else if (isTick(place)) place.checked = value === true;
  else if (place instanceof HTMLSelectElement) {
    const wanted = value as string[];
    if (!wanted.every((one) => [...place.options].some((option) => option.value === one && !option.disabled))) return false;
    for (const option of place.options) option.selected = wanted.includes(option.value);
  } else place.value = (value as string[])[0] ?? "";
  if (place.matches(BODY)) place.toggleAttribute("data-typed", true);
  return true;
}

function foldsOf(place: Element): HTMLDetailsElement[] {
  const folds: HTMLDetailsElement[] = [];
  for (let fold = place.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) {
    if (!fold.matches(".menu")) folds.push(fold);
  }
  return folds;
}
