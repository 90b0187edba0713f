// Batch tables: a head checkbox, a live count, buttons that wake when something is chosen.

/** <select-all> wraps a form: [data-all] checks every [name=selected], [data-count] shows how many, [data-batch] are the acts. */
export class SelectAll extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this.changed);
    this.refresh();
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this.changed);
  }

  private boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>('input[name="selected"]')];
  }

  private readonly changed = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-all]")) for (const other of this.boxes()) other.checked = box.checked;
    this.refresh();
  };

  private refresh(): void {
    const boxes = this.boxes();
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr")?.toggleAttribute("data-selected", box.checked);
    for (const all of this.querySelectorAll<HTMLInputElement>("[data-all]")) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    for (const count of this.querySelectorAll("[data-count]")) count.textContent = String(chosen);
    for (const act of this.querySelectorAll<HTMLButtonElement>("[data-batch]")) act.disabled = chosen === 0;
  }
}
