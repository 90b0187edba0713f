// Small manners of every page: Ctrl+K, menus that close, toasts that leave, forms that submit once, quiet history.
import { isChanged } from "./changed-fields";

const TOAST_MS = 6000;
const SENT_MS = 8000;
const BESIDE_MS = 1000;

/** Wire the document once; everything is delegated, so htmx fragments need nothing. */
export function startPageManners(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      page.querySelector<HTMLInputElement>("[data-global-search]")?.focus();
    }
    if (event.key === "Escape") closeMenus(page, null);
  });
  page.addEventListener("click", (event) => {
    const target = event.target as Element;
    closeMenus(page, target.closest("details.menu"));
    target.closest(".toast__close")?.closest(".toast")?.remove();
    if (target.closest("[data-print]")) window.print();
    const filled = target.closest<HTMLElement>("[data-fill]");
    if (filled) fill(page, filled);
    const several = target.closest<HTMLElement>("[data-fill-all]");
    if (several) fillAll(page, several.dataset["fillAll"] ?? "{}");
    const jump = target.closest<HTMLAnchorElement>("a[data-focus]");
    if (jump) {
      event.preventDefault();
      page.querySelector<HTMLElement>(jump.hash)?.focus();
    }
    const opener = target.closest<HTMLElement>("[data-open]");
    if (opener) page.querySelector(opener.dataset["open"] ?? "")?.toggleAttribute("data-shown");
    const tab = target.closest<HTMLElement>("[data-pane]");
    if (tab) showPane(page, tab);
  });
  // A pane that arrives late must not lie over the one chosen meanwhile.
  page.addEventListener("htmx:load", (event) => {
    if (!(event.target as Element).matches("[role=tabpanel]")) return;
    const tab = page.querySelector<HTMLElement>("[data-pane][aria-selected=true]");
    if (tab) showPane(page, tab);
  });
  page.addEventListener("submit", once);
  page.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    if (field.matches("[data-submit-on-change]")) field.closest("form")?.requestSubmit();
  });
  page.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-with-selection]");
    if (link) withSelection(link, page.getSelection()?.toString() ?? "");
  });
  // The server's refusals (4xx) carry a fragment that is meant to be shown.
  page.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
    if (detail.xhr.status >= 400 && detail.xhr.getResponseHeader("HX-Retarget")) detail.shouldSwap = true;
    if (detail.xhr.status === 422) detail.shouldSwap = true;
  });
  // What was refused before is no longer true of what is sent now.
  page.addEventListener("htmx:beforeRequest", (event) => {
    const detail = (event as CustomEvent<{ requestConfig?: { verb?: string } }>).detail;
    if (detail.requestConfig?.verb === "get") return;
    if (isSent(event.target)) { event.preventDefault(); return; }
    for (const told of page.querySelectorAll("#toasts > .toast--error")) told.remove();
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const detail = (event as CustomEvent<{ xhr?: XMLHttpRequest; requestConfig?: { verb?: string } }>).detail;
    const isLeaving = detail.requestConfig?.verb !== "get" && !!detail.xhr?.getResponseHeader("HX-Redirect");
    if (isLeaving && event.target instanceof HTMLElement) sent(event.target);
  });
  page.addEventListener("htmx:sendError", () => { toast(page, "网络连接已断开，操作没有提交，请稍后重试。", "error"); });
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node instanceof HTMLElement) leave(node);
  }).observe(page.querySelector("#toasts") ?? page.createElement("div"), { childList: true });
  for (const shown of page.querySelectorAll<HTMLElement>("#toasts > .toast")) leave(shown);
  showCurrentStep(page);
}

/** Show a message; errors stay until closed. */
export function toast(page: Document, text: string, kind: "success" | "error" | "warning" = "success"): void {
  const box = page.createElement("div");
  box.className = `toast toast--${kind}`;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  box.textContent = text;
  page.querySelector("#toasts")?.append(box);
}

function leave(box: HTMLElement): void {
  if (box.matches(".toast:not(.toast--error)")) window.setTimeout(() => { box.remove(); }, TOAST_MS);
}

function closeMenus(page: Document, keep: Element | null): void {
  for (const menu of page.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) if (menu !== keep) menu.open = false;
}

/** A form is sent once; its button shows that it is on its way and comes back when the page does. */
function once(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset["sent"] === "1") {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  const ready = () => {
    delete form.dataset["sent"];
    event.submitter?.removeAttribute("aria-busy");
  };
  const opensBeside = (event.submitter?.getAttribute("formtarget") ?? form.target) === "_blank"; // the page stays in use
  window.setTimeout(ready, opensBeside ? BESIDE_MS : SENT_MS);
  window.addEventListener("pageshow", ready, { once: true });
}

/** The page is about to leave: the second click of a double click, which waited for the first, is not sent any more. */
function sent(place: HTMLElement): void {
  place.dataset["sent"] = "1";
  window.setTimeout(() => { delete place.dataset["sent"]; }, SENT_MS);
}

function isSent(place: EventTarget | null): boolean {
  return place instanceof HTMLElement && place.dataset["sent"] === "1";
}

/** A phrase takes the place of what the page or another phrase put there; behind words that somebody wrote it is added. */
function fill(page: Document, button: HTMLElement): void {
  const field = page.querySelector<HTMLTextAreaElement | HTMLInputElement>(button.dataset["fill"] ?? "");
  if (!field) return;
  const words = button.dataset["text"] ?? button.textContent?.trim() ?? "";
  const isWritten = field instanceof HTMLTextAreaElement && field.value.trim() !== "" && isChanged(field) && field.value !== field.dataset["filled"];
  field.value = isWritten ? field.value + words : words;
  if (!isWritten) field.dataset["filled"] = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

/** One tap fills several fields: `{selector: value}`; the first of them is shown and has the focus. */
function fillAll(page: Document, values: string): void {
  const fields = Object.entries(JSON.parse(values) as Record<string, string>);
  for (const [place, value] of fields) {
    const field = page.querySelector<HTMLInputElement | HTMLSelectElement>(place);
    if (!field) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  page.querySelector<HTMLElement>(fields[0]?.[0] ?? "")?.focus();
}

function showPane(page: Document, tab: HTMLElement): void {
  const chosen = page.querySelector<HTMLElement>(tab.dataset["pane"] ?? "");
  if (!chosen) return;
  for (const other of tab.parentElement?.querySelectorAll<HTMLElement>("[data-pane]") ?? []) {
    other.setAttribute("aria-selected", String(other === tab));
    const pane = page.querySelector<HTMLElement>(other.dataset["pane"] ?? "");
    if (pane) pane.hidden = other !== tab;
  }
}

/** On a narrow screen the flow scrolls sideways: bring the current step to the middle. */
function showCurrentStep(page: Document): void {
  const flow = page.querySelector<HTMLElement>(".flow");
  const step = flow?.querySelector<HTMLElement>('[data-state="now"]');
  if (flow && step && flow.scrollWidth > flow.clientWidth) flow.scrollLeft = step.offsetLeft - (flow.clientWidth - step.offsetWidth) / 2;
}

/** What is selected on the page goes along with the link, under the name it asks for. */
export function withSelection(link: HTMLAnchorElement, selected: string): void {
  const words = selected.replace(/\s+/g, " ").trim().slice(0, 500);
  const address = new URL(link.href);
  if (words) address.searchParams.set(link.dataset["withSelection"] ?? "quote", words);
  link.href = address.href;
}
