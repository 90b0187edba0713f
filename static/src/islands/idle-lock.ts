// A screen nobody uses is covered: the page tells the server that somebody is there, and goes to the lock when nobody is.
import { csrfToken } from "./csrf";
import { keepTyped } from "./typed-keeper";

const KEY = "tz-active-at";
const TELL_MS = 60_000;
const LOOK_MS = 5_000;
const USED = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** The screen is covered whatever stands on it: nothing may ask whether to stay. */
function unasked(event: Event): void {
  event.stopImmediatePropagation();
}

/** <idle-lock data-seconds data-active data-unlock>; all tabs of the browser share one clock. */
export class IdleLock extends HTMLElement {
  private told = Date.now();
  private timer = 0;

  connectedCallback(): void {
    window.localStorage.setItem(KEY, String(Date.now())); // the server has just let this page through
    for (const name of USED) document.addEventListener(name, this.used, { passive: true, capture: true });
    this.timer = window.setInterval(this.look, LOOK_MS);
  }

  disconnectedCallback(): void {
    for (const name of USED) document.removeEventListener(name, this.used, { capture: true });
    window.clearInterval(this.timer);
  }

  private readonly used = (): void => {
    const moment = Date.now();
    if (this.last() && moment - this.last() > this.limit()) {
      this.look();
      return;
    }
    window.localStorage.setItem(KEY, String(moment));
    if (moment - this.told < TELL_MS) return;
    this.told = moment;
    this.tell();
  };

  private tell(): void {
    void fetch(this.dataset["active"] ?? "", { method: "POST", headers: { "X-CSRFToken": csrfToken() }, keepalive: true })
      .then((answer) => { if (answer.status === 423) this.lock(); })
      .catch(() => undefined);
  }

  private readonly look = (): void => {
    if (Date.now() - this.last() > this.limit()) this.lock();
  };

  private lock(): void {
    window.localStorage.removeItem(KEY);
    keepTyped(document);
    window.addEventListener("beforeunload", unasked, { capture: true, once: true });
    const back = window.location.pathname + window.location.search;
    window.location.assign(`${this.dataset["unlock"] ?? ""}?next=${encodeURIComponent(back)}`);
  }

  private last(): number {
    return Number(window.localStorage.getItem(KEY) ?? 0);
  }

  private limit(): number {
    return Number(this.dataset["seconds"]) * 1000;
  }
}
