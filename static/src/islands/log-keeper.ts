// A line of the duty log that could not be sent stays on this device and is sent once, under the key of its form, when the line is back.
import { holdsChanges } from "./changed-fields";
import { csrfToken, failureText } from "./csrf";
import { fileStore } from "./kept-files";
import { LogFiles, type HeldFile } from "./log-files";
import { LineCut } from "./uploads";

const KEPT = "tz.duty-log.";
const AGAIN_MS = 15_000;
const SHOWN = 60;
const KEY = "key";
const MOMENT = "happened_at";
const CITY_AHEAD_MS = 8 * 3_600_000; // 北京时间, which keeps no summer time

const LOST = "附件在本机已找不到，请取回后重新添加";

/** One line as typed; `refusal`: why the server did not take it; `files`: how many are kept with it. */
interface KeptLine {
  fields: Record<string, string>;
  refusal: string;
  files?: number;
}

function isCut(error: unknown): boolean {
  return error instanceof LineCut || error instanceof TypeError;
}

/** The moment as `datetime-local` writes it, by the city's clock wherever the device is: the server reads it so. */
function momentText(moment: Date): string {
  return new Date(moment.getTime() + CITY_AHEAD_MS).toISOString().slice(0, 16);
}

/** Round the form of the log: `person` is whose lines are kept here. Where there is no form, what is kept is shown, not sent. */
export class LogKeeper extends HTMLElement {
  private form: HTMLFormElement | null = null;
  private list: HTMLElement | null = null;
  private timer = 0;
  private isBusy = false;
  private count = 0;

  connectedCallback(): void {
    this.form = this.querySelector("form");
    if (this.list) return;
    this.list = document.createElement("div");
    this.list.setAttribute("role", "status");
    this.append(this.list);
    if (!this.form) {
      this.draw();
      return;
    }
    this.addEventListener("submit", this.whenSubmitted, true);
    this.addEventListener("htmx:sendError", this.keep);
    this.addEventListener("htmx:timeout", this.keep);
    window.addEventListener("online", this.send);
    this.timer = window.setInterval(this.send, AGAIN_MS);
    this.draw();
    this.send();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    window.removeEventListener("online", this.send);
  }

  private get place(): string {
    return KEPT + (this.getAttribute("person") ?? "");
  }

  private get lines(): KeptLine[] {
    try {
      return JSON.parse(window.localStorage.getItem(this.place) ?? "[]") as KeptLine[];
    } catch {
      return [];
    }
  }

  private set lines(lines: KeptLine[]) {
    if (lines.length) window.localStorage.setItem(this.place, JSON.stringify(lines));
    else window.localStorage.removeItem(this.place);
  }

  /** Without a line, kept; with files, sent from here; else htmx sends it. */
  private readonly whenSubmitted = (event: Event): void => {
    const held = this.files?.held ?? [];
    if (navigator.onLine && !held.length && !this.files?.isRecording) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.files?.isRecording) this.files.say("正在录音，请先按“停止”。");
    else if (navigator.onLine) void this.sendWithFiles([...held]);
    else this.keep(event);
  };

  private get files(): LogFiles | null {
    return this.querySelector<LogFiles>("log-files");
  }

  private async sendWithFiles(held: HeldFile[]): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      const fields = this.typed();
      const answer = await this.posted(fields, (await this.files?.send(held)) ?? []);
      if (answer.status === 204) {
        await fileStore.drop(this.fileKey(fields)).catch(() => undefined);
        this.empty(fields[KEY] ?? "");
        this.tell("已记入");
      }
      else if (answer.status >= 500) throw new LineCut();
      else this.draw(answer.ok || answer.status === 401 ? "登录已过期，请重新登录后再提交。" : await failureText(answer));
    } catch (error) {
      if (isCut(error)) this.keepLine(held);
      else this.draw(error instanceof Error ? error.message : "没有记入，请重试。");
    } finally {
      this.isBusy = false;
    }
  }

  private posted(fields: Record<string, string>, ids: readonly number[]): Promise<Response> {
    const body = new URLSearchParams(fields);
    for (const id of ids) body.append("file", String(id));
    return fetch(this.form?.action ?? "", {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "application/json" },
      body,
    });
  }

  /** What was typed goes to this device; only when it is there the form is emptied. */
  private readonly keep = (event: Event): void => {
    const form = this.form;
    if (!form || event.target !== form) return;
    event.stopPropagation();
    this.keepLine([...(this.files?.held ?? [])]);
  };

  private typed(): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const [name, value] of new FormData(this.form ?? undefined)) if (typeof value === "string") fields[name] = value;
    delete fields["csrfmiddlewaretoken"];
    return fields;
  }

  private keepLine(held: HeldFile[]): void {
    const fields = this.typed();
    fields[MOMENT] ||= momentText(new Date()); // it may be sent hours later
    const keep = (): void => {
      this.lines = [...this.lines, { fields, refusal: "", ...(held.length ? { files: held.length } : {}) }];
      this.empty(fields[KEY] ?? "");
      this.draw();
    };
    const lost = (): void => {
      this.draw("网络中断，本机也无法暂存，请勿关闭页面，恢复后再提交。");
    };
    if (held.length) {
      fileStore.keep(this.fileKey(fields), held).then(keep).catch(lost);
      return;
    }
    try {
      keep();
    } catch {
      lost();
    }
  }

  private fileKey(fields: Record<string, string>): string {
    return `${this.place}.${fields[KEY] ?? ""}`;
  }

  private empty(used: string): void {
    this.form?.reset();
    this.files?.clear();
    this.renew(used);
  }

  /** The next line is another one. */
  private renew(used: string): void {
    const field = this.form?.elements.namedItem(KEY);
    if (!(field instanceof HTMLInputElement)) return;
    this.count += 1;
    field.value = `${used.slice(0, 40)}.${Date.now().toString(36)}${String(this.count)}`;
  }

  private readonly send = (): void => {
    if (!this.isBusy && navigator.onLine) void this.sendAll();
  };

  private async sendAll(): Promise<void> {
    this.isBusy = true;
    let sent = 0;
    try {
      for (const line of this.lines.filter((one) => !one.refusal)) {
        if (!(await this.sent(line))) break;
        sent += 1;
      }
    } catch {
      // still no line: the next round tries again
    } finally {
      this.isBusy = false;
    }
    if (sent) this.tell(`已补记 ${String(sent)} 条`);
  }

  /** Whether to go on with the next one. */
  private async sent(line: KeptLine): Promise<boolean> {
    const ids = await this.filesSent(line);
    if (!ids) return false;
    const answer = await this.posted(line.fields, ids);
    if (answer.status === 204) {
      if (line.files) void fileStore.drop(this.fileKey(line.fields)).catch(() => undefined);
      this.lines = this.lines.filter((one) => one.fields[KEY] !== line.fields[KEY]);
      this.draw();
      return true;
    }
    if (answer.ok || answer.status === 401) {
      this.draw("登录已过期，请重新登录后回到本页，将自动记入。");
      return false;
    }
    if (answer.status >= 500 || answer.status === 429) return false;
    this.refuse(line, await failureText(answer));
    return false;
  }

  /** The files of a kept line are at the server; null when one is refused or gone. Throws when the line is cut again. */
  private async filesSent(line: KeptLine): Promise<number[] | null> {
    if (!line.files) return [];
    const held = await fileStore.kept(this.fileKey(line.fields)).catch(() => []);
    if (held.length < line.files) {
      this.refuse(line, LOST);
      return null;
    }
    try {
      return (await this.files?.send(held)) ?? null;
    } catch (error) {
      if (isCut(error)) throw error;
      this.refuse(line, error instanceof Error ? error.message : LOST);
      return null;
    } finally {
      await fileStore.keep(this.fileKey(line.fields), held).catch(() => undefined);
    }
  }

  private refuse(line: KeptLine, refusal: string): void {
    this.lines = this.lines.map((one) => (one.fields[KEY] === line.fields[KEY] ? { ...one, refusal } : one));
    this.draw();
  }

  /** The page shows the new lines at once unless something stands anywhere on it that a reload would take away. */
  private tell(words: string): void {
    const isWorking = holdsChanges(document) || !!this.files?.held.length || !!this.files?.isRecording;
    if (isWorking || this.lines.length) this.draw(`${words}，刷新页面可见。`);
    else window.location.reload();
  }

  private draw(note = ""): void {
    const lines = this.lines;
    this.list?.replaceChildren();
    this.list?.classList.toggle("log-kept", lines.length > 0 || note !== "");
    if (note) this.row(note);
    const count = String(lines.length);
    if (lines.length) this.row(this.form ? `网络中断，${count} 条暂存在本机，恢复后自动记入，不会重复。` : `有 ${count} 条日志断网时暂存在本机，还没有记入。现在没有由您值守的班次：接班后自动记入，也可复制给当班人员补记。`);
    for (const line of lines) this.lineRow(line);
  }

  private row(words: string): HTMLElement {
    const row = document.createElement("p");
    row.textContent = words;
    this.list?.append(row);
    return row;
  }

  private lineRow(line: KeptLine): void {
    const moment = (line.fields[MOMENT] ?? "").replace("T", " ");
    const text = (line.fields["text"] ?? "").slice(0, SHOWN);
    const files = line.files ? `（附件 ${String(line.files)} 个）` : "";
    const row = this.row(`${moment} ${text}${files}${line.refusal ? `（没有记入：${line.refusal}）` : ""}`);
    if (this.form) this.act(row, "取回修改", () => { this.takeBack(line); });
    else {
      this.act(row, "复制", () => { this.copy(line); });
      this.act(row, "删除", () => { this.drop(line); });
    }
  }

  private act(row: HTMLElement, label: string, done: () => void): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = label;
    button.addEventListener("click", done);
    row.append(" ", button);
  }

  /** The whole line in words; selected on the page where the browser gives no clipboard. */
  private copy(line: KeptLine): void {
    const { fields } = line;
    const words = [(fields[MOMENT] ?? "").replace("T", " "), fields["source"], fields["text"], fields["proposal"], fields["result"]].filter(Boolean).join("\n");
    const shown = document.createElement("textarea");
    shown.className = "control";
    shown.readOnly = true;
    shown.rows = 4;
    shown.value = words;
    shown.setAttribute("aria-label", "日志内容");
    this.draw("已选中全文，可粘贴给当班人员。");
    this.list?.append(shown);
    shown.select();
    void navigator.clipboard?.writeText(words).catch(() => undefined);
  }

  private drop(line: KeptLine): void {
    if (!window.confirm("删除后不能恢复，确定这一条已由他人记入或不再需要？")) return;
    if (line.files) void fileStore.drop(this.fileKey(line.fields)).catch(() => undefined);
    this.lines = this.lines.filter((one) => one.fields[KEY] !== line.fields[KEY]);
    this.draw();
  }

  /** Back into the form; never over words that stand there. */
  private takeBack(line: KeptLine): void {
    const text = this.form?.elements.namedItem("text");
    if (!(text instanceof HTMLTextAreaElement) || text.value.trim() !== "") {
      this.draw("请先提交正在填写的一条，再取回。");
      return;
    }
    for (const [name, value] of Object.entries(line.fields)) {
      const field = this.form?.elements.namedItem(name);
      if (field instanceof RadioNodeList || field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
    }
    this.lines = this.lines.filter((one) => one.fields[KEY] !== line.fields[KEY]);
    this.draw();
    text.focus();
    if (line.files) void this.takeFilesBack(line);
  }

  /** They stay kept under the key of the line, which the form has again, until it is sent. */
  private async takeFilesBack(line: KeptLine): Promise<void> {
    const held = await fileStore.kept(this.fileKey(line.fields)).catch(() => []);
    for (const one of held) this.files?.add(one);
    if (held.length < (line.files ?? 0)) this.files?.say(`${LOST}。`);
  }
}

/** Make the element known. */
export function register(): void {
  customElements.define("log-files", LogFiles);
  customElements.define("log-keeper", LogKeeper);
}
