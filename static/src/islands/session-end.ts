// The session has ended, or a gate closed: what is typed is kept before the page goes, and a page only looked at stays.
import { csrfToken } from "./csrf";
import { make } from "./dom";
import { keepTyped } from "./typed-keeper";

interface Answer {
  xhr: XMLHttpRequest;
  requestConfig?: { verb?: string; triggeringEvent?: Event };
}

const TOLD = "#toasts > [data-signed-out]";

/** Wire the document once. */
export function startSessionEnd(page: Document): void {
  page.addEventListener("htmx:beforeOnLoad", (event) => {
    if (leadsToGate((event as CustomEvent<Answer>).detail.xhr)) keepTyped(page);
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = (event as CustomEvent<Answer>).detail;
    if (xhr.status !== 401) return;
    if (requestConfig?.verb === "get" && !requestConfig.triggeringEvent?.isTrusted) {
      event.preventDefault();
      tell(page);
    } else if (!page.querySelector("body-editor")) { // where something is being written, its editor asks to sign in beside it
      keepTyped(page);
      window.location.reload();
    }
  });
  page.addEventListener("htmx:afterRequest", (event) => {
    const status = (event as CustomEvent<Partial<Answer>>).detail.xhr?.status ?? 0;
    if (status >= 200 && status < 400) page.querySelector(TOLD)?.remove();
  });
  window.addEventListener("focus", () => { if (page.querySelector(TOLD)) renewTokens(page); });
}

/** The server sends through a gate (a locked screen, a new password) and names the way back. */
function leadsToGate(xhr: XMLHttpRequest): boolean {
  const address = xhr.getResponseHeader("HX-Redirect");
  return !!address && new URL(address, window.location.href).searchParams.has("next");
}

/** Said once, until an answer shows that somebody has signed in again. */
function tell(page: Document): void {
  if (page.querySelector(TOLD)) return;
  const box = make("div", "toast toast--error");
  box.dataset["signedOut"] = "";
  box.setAttribute("role", "alert");
  const link = make("a", "link", "重新登录");
  link.href = "/";
  link.target = "_blank";
  link.rel = "noopener";
  box.append(make("span", "", "登录已失效，本页内容仍在。"), link);
  page.querySelector("#toasts")?.append(box);
}

/** Signing in beside this page has changed the token that its forms carry. */
function renewTokens(page: Document): void {
  const token = csrfToken(page);
  if (!token) return;
  for (const field of page.querySelectorAll<HTMLInputElement>("input[name=csrfmiddlewaretoken]")) field.value = token;
  page.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}
