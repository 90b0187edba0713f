// The installable shell: registers the worker where the browser allows it, and leaves nothing behind at sign-out.
import { icon, make } from "./dom";
import { forgetTyped } from "./typed-keeper";

const DRAFTS = "tz.draft.";

/** Register the worker; a browser without it, or a page over plain http in the LAN, works all the same. */
export function startShell(page: Document, store: Storage): void {
  if ("serviceWorker" in navigator && window.isSecureContext) {
    void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  }
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.action.endsWith("/logout/")) return;
    if (keptDrafts(store).length && form.dataset["warned"] !== "1") {
      event.preventDefault();
      event.stopImmediatePropagation();
      form.dataset["warned"] = "1";
      warn(page, "本机还有未提交的拟稿内容，退出后将被清除。如需保留，请先打开该稿恢复；确定退出请再点一次“退出登录”。");
      return;
    }
    forget(store);
  }, true);
}

/** Keys of texts that never reached the server. */
export function keptDrafts(store: Storage): string[] {
  return Object.keys(store).filter((key) => key.startsWith(DRAFTS));
}

/** On a shared PC nothing of this person stays: no draft, no typed word. Appearance and the cached shell are not personal. */
export function forget(store: Storage): void {
  for (const key of keptDrafts(store)) store.removeItem(key);
  forgetTyped();
}

function warn(page: Document, text: string): void {
  const box = make("div", "toast toast--error");
  box.setAttribute("role", "alert");
  box.append(icon("alert-triangle", "sm"), make("span", "", text));
  page.querySelector("#toasts")?.append(box);
}
