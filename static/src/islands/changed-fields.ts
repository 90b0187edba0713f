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

/** Where no option is marked, the browser itself chooses the first that may be chosen. */
function isChosenAnew(field: HTMLSelectElement): boolean {
  const options = [...field.options];
  const marked = options.filter((option) => option.defaultSelected);
  if (field.multiple) return options.some((option) => option.selected !== option.defaultSelected);
  const first = marked.at(-1) ?? options.find((option) => !option.disabled);
  return field.selectedIndex >= 0 && options[field.selectedIndex] !== first;
}
