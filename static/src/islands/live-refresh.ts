// A refresh that comes by itself waits while somebody works in what it would replace, and is made up for afterwards.
import { holdsChanges, isField } from "./changed-fields";

interface Request {
  elt: Element;
  verb: string;
  path: string;
  triggeringEvent?: Event;
}

interface Asked {
  target: Element;
  requestConfig?: Request;
}

interface Htmx {
  ajax(method: string, url: string, options: { source: Element; event: Event | undefined }): Promise<void>;
}

const ENDS = ["focusout", "input", "change", "reset", "toggle", "close", "htmx:afterRequest"] as const;
const QUIET_MS = 500; // the click that ends the work must arrive before its button goes
const BEGUN = "[name=selected]:checked, details[open] form, details.menu[open], unit-picker[data-changed], .htmx-request";

/** Wire the document once; what is put off is asked for again when the work in it is over. */
export function startLiveRefresh(page: Document): void {
  const owed = new Map<Element, { target: Element; request: Request }>();
  let waiting = 0;
  const putOff = (event: Event): void => {
    const { target, requestConfig: request } = (event as CustomEvent<Asked>).detail;
    if (!request || !comesByItself(request) || !isWorkedIn(target)) return;
    event.preventDefault();
    owed.set(request.elt, { target, request });
    if (target.querySelector("[name=selected]:checked")) target.querySelector("[data-owed]")?.removeAttribute("hidden");
  };
  const makeUp = (): void => {
    for (const [place, { target, request }] of owed) {
      if (place.isConnected && isWorkedIn(target)) continue;
      owed.delete(place);
      if (place.isConnected) ask(request);
    }
  };
  const soon = (): void => {
    if (!owed.size) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(makeUp, QUIET_MS);
  };
  page.addEventListener("htmx:beforeRequest", putOff);
  page.addEventListener("htmx:beforeSwap", putOff); // for what was begun while the answer was on its way
  for (const name of ENDS) page.addEventListener(name, soon, true);
}

/** A GET by a live event or by the clock: nobody on this page asked for it. */
function comesByItself(request: Request): boolean {
  const event = request.triggeringEvent;
  if (request.verb !== "get") return false;
  return event ? event.type.startsWith("live:") : !!request.elt.getAttribute("hx-trigger")?.includes("every ");
}

/** Typed words, ticks, an open menu or form, the cursor in a field, something on its way, a question lying over the page. */
function isWorkedIn(place: Element): boolean {
  const page = place.ownerDocument;
  const active = page.activeElement;
  if (active && place.contains(active) && (isWritten(active) || (active as HTMLElement).isContentEditable)) return true;
  const question = page.querySelector("dialog[open]");
  if (question && !question.contains(place)) return true;
  if (place.querySelector(BEGUN)) return true;
  return holdsChanges(place);
}

/** The cursor in a field; a box that was ticked and unticked again keeps the focus, and nothing is lost by it. */
function isWritten(element: Element): boolean {
  return isField(element) && !element.matches("[type=checkbox], [type=radio]");
}

function ask(request: Request): void {
  const { htmx } = window as unknown as { htmx?: Htmx };
  void htmx?.ajax("GET", request.path, { source: request.elt, event: request.triggeringEvent }).catch(() => undefined);
}
