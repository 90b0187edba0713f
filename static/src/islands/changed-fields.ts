// Whether a field holds something else than the page came with.
export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const NOT_TYPED = new Set(["hidden", "button", "submit", "reset", "image"]);

/** A field that a person fills: no button, nothing hidden. */
export function isField(element: Element | null): element is Field {
  return !!element?.matches("input, select, textarea") && !NOT_TYPED.has((element as Field).type);
}

export function isChanged(field: Field): boolean {
  if (field instanceof HTMLSelectElement) return isChosenAnew(field);
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return !!field.files?.length;
  return field.value !== field.defaultValue;
}

function isChosenAnew(field: HTMLSelectElement): boolean {
  if (field.multiple) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.selectedIndex >= 0 && field.options[field.selectedIndex] !== presetOf(field);
}

/** The option that the page came with; where none is marked, the browser itself chooses the first that may be chosen. */
export function presetOf(field: HTMLSelectElement): HTMLOptionElement | undefined {
  const options = [...field.options];
  return options.filter((option) => option.defaultSelected).at(-1) ?? options.find((option) => !option.disabled);
}

/** Whether something stands on the page that was typed or chosen and not sent. */
export function holdsChanges(place: ParentNode): boolean {
  return [...place.querySelectorAll("input, select, textarea")].some((field) => isField(field) && isChanged(field));
}
