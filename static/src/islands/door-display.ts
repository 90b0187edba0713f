// The screen at a room's door: the clock runs here, the room's day comes from the server and is kept to the minute meanwhile.
// Without network it says since when, and goes on from what it knows.
const TICK_MS = 1000;
const WAIT_MS = 10_000;
const GONE_MS = 300_000;
const ZONE = "Asia/Shanghai";
const hour = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric", weekday: "long" });
const isoDay = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** What stands in large type. */
export interface Shown {
  state: "taken" | "free" | "shut" | "unknown";
  word: string;
  title: string;
  until: string;
}

/** What the board says of a moment (seconds since 1970); of another day it knows nothing. */
export function shownAt(board: HTMLElement, seconds: number): Shown {
  if (isoDay.format(seconds * 1000) !== board.dataset["day"]) {
    return { state: "unknown", word: "暂无安排信息", title: "", until: "恢复联网后显示当天安排" };
  }
  const taken = [...board.querySelectorAll<HTMLElement>("[data-kind=taken]")];
  const current = taken.find((line) => from(line) <= seconds && seconds < until(line));
  if (current) {
    const name = current.querySelector("[data-name]")?.textContent ?? "";
    return { state: "taken", word: name ? "使用中" : "会议使用中", title: name, until: `至 ${clock(until(current))}` };
  }
  const opens = Number(board.dataset["opens"] ?? 0);
  const closes = Number(board.dataset["closes"] ?? 0);
  if (seconds < opens || seconds >= closes) {
    return { state: "shut", word: "未开放", title: "", until: seconds < opens ? `${clock(opens)} 开放` : "" };
  }
  const next = taken.find((line) => from(line) > seconds);
  return { state: "free", word: "空闲", title: "", until: next ? `至 ${clock(from(next))}` : "今天没有其他安排" };
}

function from(line: HTMLElement): number {
  return Number(line.dataset["from"]);
}

function until(line: HTMLElement): number {
  return Number(line.dataset["until"]);
}

function clock(seconds: number): string {
  return hour.format(seconds * 1000);
}

/** <door-display data-every="20"> round [data-board] and [data-offline]. */
export class DoorDisplay extends HTMLElement {
  private ahead = 0; // how far the server's clock is ahead of this device's, in milliseconds
  private heardAt = 0;
  private ticking = 0;
  private asking = 0;

  connectedCallback(): void {
    this.heard();
    this.tick();
    this.ticking = window.setInterval(this.tick, TICK_MS);
    this.later(this.every);
    window.addEventListener("online", this.ask);
    document.addEventListener("visibilitychange", this.stayAwake);
    this.stayAwake();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.ticking);
    window.clearTimeout(this.asking);
    window.removeEventListener("online", this.ask);
    document.removeEventListener("visibilitychange", this.stayAwake);
  }

  private get every(): number {
    return Number(this.dataset["every"] ?? 20) * 1000;
  }

  private get board(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-board]");
  }

  private later(pause: number): void {
    window.clearTimeout(this.asking);
    this.asking = window.setTimeout(this.ask, pause);
  }

  private readonly ask = (): void => {
    window.clearTimeout(this.asking);
    void this.fetched().then((status) => {
      if (!this.isConnected) return;
      if (status === 404) this.withdrawn();
      else if (status !== 200) this.lost();
      this.later(status === 404 ? GONE_MS : this.every);
    });
  };

  /** The status of the answer; 0 without one. A good one stands on the page already. */
  private async fetched(): Promise<number> {
    try {
      const answer = await fetch(window.location.href, { headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) });
      if (!answer.ok) return answer.status;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-board]");
      if (!fresh) return 0;
      (this.board ?? this.querySelector("[data-withdrawn]"))?.replaceWith(document.importNode(fresh, true));
      this.heard();
      this.tick();
      return 200;
    } catch {
      return 0;
    }
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.ahead = Number(this.board?.dataset["now"] ?? 0) * 1000 - this.heardAt;
    const note = this.querySelector<HTMLElement>("[data-offline]");
    if (note) note.hidden = true;
  }

  private lost(): void {
    const note = this.querySelector<HTMLElement>("[data-offline]");
    const text = note?.querySelector("[data-offline-text]");
    if (!note || !text || !this.board) return;
    text.textContent = `离线，最后更新于 ${clock((this.heardAt + this.ahead) / 1000)}，以下安排可能已变动`;
    note.hidden = false;
  }

  /** The address is dead: nothing of the room stays on the screen. */
  private withdrawn(): void {
    const said = document.createElement("p");
    said.className = "door-withdrawn";
    said.dataset["withdrawn"] = "";
    said.textContent = "门牌屏已停用，请联系会议室管理人";
    this.board?.replaceWith(said);
    const note = this.querySelector<HTMLElement>("[data-offline]");
    if (note) note.hidden = true;
  }

  private readonly tick = (): void => {
    const board = this.board;
    if (!board) return;
    const seconds = Math.floor((Date.now() + this.ahead) / 1000);
    const shown = shownAt(board, seconds);
    board.dataset["state"] = shown.state;
    this.write("[data-clock]", clock(seconds));
    this.write("[data-date]", day.format(seconds * 1000).replace("星期", " 星期"));
    this.write("[data-word]", shown.word);
    this.write("[data-title]", shown.title);
    this.write("[data-until]:not(li)", shown.until);
    this.keepLines(board, seconds, shown.state === "unknown");
  };

  /** What is over goes; what runs is marked. */
  private keepLines(board: HTMLElement, seconds: number, isOtherDay: boolean): void {
    let left = 0;
    for (const line of board.querySelectorAll<HTMLElement>("li[data-until]")) {
      line.hidden = isOtherDay || until(line) <= seconds;
      line.toggleAttribute("data-now", !line.hidden && from(line) <= seconds);
      if (line.hidden) continue;
      left += 1;
      const hours = line.querySelector(".num");
      if (hours && line.dataset["kind"] === "free" && from(line) <= seconds) hours.textContent = `现在—${clock(until(line))}`;
    }
    const none = board.querySelector<HTMLElement>("[data-none]");
    if (none) none.hidden = left > 0;
  }

  /** Only what changed is written, so that a screen reader is not told the same every second. */
  private write(place: string, text: string): void {
    const found = this.board?.querySelector(place);
    if (found && found.textContent !== text) found.textContent = text;
  }

  /** The tablet's screen stays on where the browser lets it (https only). */
  private readonly stayAwake = (): void => {
    if (!document.hidden && "wakeLock" in navigator) void navigator.wakeLock.request("screen").catch(() => null);
  };
}

/** Called by the shell's script where such an element stands. */
export function register(): void {
  if (!customElements.get("door-display")) customElements.define("door-display", DoorDisplay);
}
