// The fields of a draft beside its text: what is sent of them, and how a kept copy goes back into them.
import type { Field } from "./changed-fields";
import type { Item } from "./picker-data";
import type { UnitPicker } from "./unit-picker";

/** Fields that are not the draft's content. */
export const OWN = new Set(["csrfmiddlewaretoken", "body", "key", "expected_version", "text"]);

function pickersOf(form: HTMLFormElement): UnitPicker[] {
  return [...form.querySelectorAll<UnitPicker>("unit-picker[name]")];
}

/** By name: pickers give lists of ids, checkboxes truth, all others their text. */
export function valuesOf(form: HTMLFormElement | null): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (!form) return fields;
  for (const picker of pickersOf(form)) fields[picker.getAttribute("name") ?? ""] = [];
  for (const box of form.querySelectorAll<HTMLInputElement>("input[type=checkbox][name]")) fields[box.name] = box.checked;
  const data = new FormData(form);
  for (const name of new Set(data.keys())) {
    if (OWN.has(name) || typeof fields[name] === "boolean") continue;
    const values = data.getAll(name).map(String);
    fields[name] = Array.isArray(fields[name]) ? values.map(Number) : values[0];
  }
  return fields;
}

/** Who is chosen, with names: ids alone cannot be shown again. */
export function picksOf(form: HTMLFormElement | null): Record<string, readonly Item[]> {
  return Object.fromEntries((form ? pickersOf(form) : []).map((picker) => [picker.getAttribute("name") ?? "", picker.items]));
}

/** Names whose kept value is not the present one; an empty value of a field that is not there any more is no difference. */
export function differing(kept: Record<string, unknown>, present: Record<string, unknown>): string[] {
  return Object.keys(kept).filter((name) => {
    const text = JSON.stringify(kept[name]);
    return name in present ? text !== JSON.stringify(present[name]) : !['""', "[]", "false"].includes(text);
  });
}

/** Write kept values into the form, all of them before the first event; what has no place in it stays different. */
export function putValues(form: HTMLFormElement, kept: Record<string, unknown>, picks: Record<string, readonly Item[]>): void {
  const changed: Field[] = [];
  for (const name of differing(kept, valuesOf(form))) {
    const picker = pickersOf(form).find((one) => one.getAttribute("name") === name);
    if (picker) {
      const items = picks[name] ?? [];
      if (items.length === (kept[name] as unknown[]).length) picker.put([...items]);
      continue;
    }
    for (const field of fieldsNamed(form, name)) if (put(field, kept[name])) changed.push(field);
  }
  for (const field of changed) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function fieldsNamed(form: HTMLFormElement, name: string): Field[] {
  return ([...form.elements] as Field[]).filter((field) => field.name === name && field.matches("input, select, textarea"));
}

function put(field: Field, value: unknown): boolean {
  if (field.type === "checkbox") (field as HTMLInputElement).checked = value === true;
  else if (field.type === "radio") (field as HTMLInputElement).checked = field.value === value;
  else if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value)) return false;
  else field.value = String(value);
  return true;
}
