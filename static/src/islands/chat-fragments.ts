// What the server draws inside a conversation: cards of other apps' things, and who has read a message.
interface Htmx {
  ajax(method: string, url: string, options: { target: Element; swap: string }): Promise<void>;
}

function fetchInto(target: Element, url: string): void {
  const htmx = (window as unknown as { htmx?: Htmx }).htmx;
  void htmx?.ajax("GET", url, { target, swap: "innerHTML" });
}

/** Ask once for every card that stands in the list. */
export function loadCards(list: Element): void {
  for (const place of list.querySelectorAll<HTMLElement>("[data-card]")) {
    const url = place.dataset["card"] ?? "";
    delete place.dataset["card"];
    fetchInto(place, url);
  }
}

export function showReaders(conversation: number, seq: number): void {
  const dialog = document.querySelector<HTMLDialogElement>("#chat-readers");
  const body = dialog?.querySelector("[data-body]");
  if (!dialog || !body) return;
  fetchInto(body, `/messages/${String(conversation)}/${String(seq)}/readers/`);
  dialog.showModal();
}
