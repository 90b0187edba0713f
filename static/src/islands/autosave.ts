// Saving a draft by itself: one request at a time, a version check, and a copy on this device until the server has it.
import { csrfToken, failureText } from "./csrf";
import type { Item } from "./picker-data";

export type SaveState = "saved" | "saving" | "kept" | "expired" | "conflict" | "refused";

const SAVE_MS = 1200;
const KEEP_MS = 250;
const RETRY_MS = 3000;
const RETRY_MOST_MS = 60_000;
const KEPT = "tz.draft.";
const ASIDE = ".aside";

export interface AutosaveOptions {
  url: string;
  key: string;
  version: number;
  payload: () => Record<string, unknown>;
  picks?: () => Record<string, readonly Item[]>;
  tell: (state: SaveState, text: string) => void;
  saved: (version: number, answer: Record<string, unknown>) => void;
}

/** What was kept on this device and never reached the server; `picks`: the names behind the ids of the payload. */
export interface Kept {
  version: number;
  payload: Record<string, unknown>;
  picks?: Record<string, readonly Item[]>;
  at: string;
}

/** `schedule()` after every change; `flush()` when the network or the person comes back. */
export class Autosave {
  version: number;
  private timer = 0;
  private keepTimer = 0;
  private busy = false;
  private again = false;
  private failures = 0;
  private stopped = false;

  constructor(private readonly options: AutosaveOptions) {
    this.version = options.version;
  }

  get waiting(): boolean {
    return this.busy || this.again || this.timer !== 0;
  }

  /** Save soon; a conflict stops saving, so that nothing of the other writer is overwritten. */
  schedule(after = SAVE_MS): void {
    if (!this.options.url) return;
    this.keepTimer ||= window.setTimeout(this.keep, KEEP_MS);
    if (this.stopped) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), after);
  }

  /** Save now if something waits on this device. */
  flush(): void {
    if (!this.stopped && (this.failures > 0 || this.timer)) void this.save();
  }

  kept(): Kept | null {
    return this.read<Kept | null>("", null);
  }

  /** Copies of earlier visits, newest first: from now on they are neither written over nor forgotten until `settle`. */
  aside(): Kept[] {
    const kept = this.kept();
    const copies = this.read<Kept[]>(ASIDE, []);
    if (!kept) return copies;
    copies.unshift(kept);
    try {
      window.localStorage.setItem(KEPT + this.options.key + ASIDE, JSON.stringify(copies));
      this.forget();
    } catch {
      // storage full: the copy stays where it is
    }
    return copies;
  }

  /** One of them was put back, or is not wanted. */
  settle(copy: Kept): void {
    const rest = this.read<Kept[]>(ASIDE, []).filter((other) => other.at !== copy.at);
    if (rest.length) window.localStorage.setItem(KEPT + this.options.key + ASIDE, JSON.stringify(rest));
    else window.localStorage.removeItem(KEPT + this.options.key + ASIDE);
  }

  private read<T>(which: string, none: T): T {
    try {
      return (JSON.parse(window.localStorage.getItem(KEPT + this.options.key + which) ?? "null") as T | null) ?? none;
    } catch {
      return none;
    }
  }

  forget(): void {
    window.clearTimeout(this.keepTimer);
    this.keepTimer = 0;
    window.localStorage.removeItem(KEPT + this.options.key);
  }

  /** Keep on this device what waits to be kept; called when the page goes away. */
  keepNow(): void {
    if (this.keepTimer) this.keep();
  }

  /** A long text takes its time to be written out, so not at every key. */
  private readonly keep = (): void => {
    window.clearTimeout(this.keepTimer);
    this.keepTimer = 0;
    const { payload, picks } = this.options;
    const kept: Kept = { version: this.version, payload: payload(), picks: picks?.() ?? {}, at: new Date().toISOString() };
    try {
      window.localStorage.setItem(KEPT + this.options.key, JSON.stringify(kept));
    } catch {
      // storage full or closed: the server copy is what counts
    }
  };

  private async save(): Promise<void> {
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.options.tell("saving", "");
    try {
      await this.answered(await this.send());
    } catch {
      this.failed("kept", "");
    } finally {
      this.busy = false;
      if (this.again) {
        this.again = false;
        this.schedule();
      }
    }
  }

  private send(): Promise<Response> {
    return fetch(this.options.url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
      body: JSON.stringify({ ...this.options.payload(), expected_version: this.version }),
    });
  }

  private async answered(answer: Response): Promise<void> {
    if (answer.ok) {
      const body = (await answer.json()) as Record<string, unknown>;
      this.version = Number(body["version"]);
      this.failures = 0;
      if (!this.again && !this.timer) this.forget();
      this.options.tell("saved", "");
      this.options.saved(this.version, body);
    } else if (answer.status === 409) {
      this.stopped = true;
      this.options.tell("conflict", await failureText(answer));
    } else if (answer.status === 401) this.failed("expired", "");
    else if (answer.status >= 500 || answer.status === 429) this.failed("kept", "");
    else this.options.tell("refused", await failureText(answer));
  }

  private failed(state: SaveState, text: string): void {
    this.failures += 1;
    this.options.tell(state, text);
    const pause = Math.min(RETRY_MS * 2 ** (this.failures - 1), RETRY_MOST_MS);
    this.timer = window.setTimeout(() => void this.save(), pause);
  }
}
