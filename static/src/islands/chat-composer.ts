// Writing a message: words, names after @, files with their progress, a quote, 必达. What cannot be sent stays here or in the log.
import type { ChatApi } from "./chat-api";
import type { Entry, Outgoing } from "./chat-log";
import type { Member } from "./chat-view";
import { button, icon, make } from "./dom";
import { sendFile } from "./uploads";

const DRAFT_MS = 1500;
const SHOWN = 8;
const TALLEST = 160;

interface Choice {
  label: string;
  note: string;
  ids: number[];
  all: boolean;
}

interface Attached {
  id: number;
  row: HTMLLIElement;
}

export class ChatComposer {
  private readonly text: HTMLTextAreaElement;
  private readonly files: HTMLElement;
  private readonly quoted: HTMLElement;
  private readonly names: HTMLElement;
  private readonly attached: Attached[] = [];
  private uploading = 0;
  private quoteSeq: number | null = null;
  private readonly named = new Map<string, Choice>();
  private choices: Choice[] = [];
  private chosen = 0;
  private drafting = 0;
  private kept = "";

  constructor(
    private readonly form: HTMLFormElement,
    private readonly api: ChatApi,
    private readonly members: Member[],
    private readonly canAll: boolean,
    private readonly send: (body: Outgoing) => void,
  ) {
    this.text = this.part("textarea") as HTMLTextAreaElement;
    this.files = this.part("[data-files]");
    this.quoted = this.part("[data-quote]");
    this.names = this.part("[data-names]");
    this.kept = this.text.value;
    this.listen();
    this.grow();
    // until now the browser itself would have sent the form, and lost the words
    (this.part("[data-send]") as HTMLButtonElement).disabled = false;
  }

  private part(selector: string): HTMLElement {
    const found = this.form.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`composer without ${selector}`);
    return found;
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("keydown", (event) => { this.key(event); });
    this.text.addEventListener("input", () => { this.typed(); });
    this.text.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length) event.preventDefault();
      for (const file of files) void this.attach(file);
    });
    this.form.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      if (input.type !== "file") return;
      for (const file of input.files ?? []) void this.attach(file);
      input.value = "";
    });
    this.form.addEventListener("click", (event) => { this.clicked(event); });
  }

  private clicked(event: Event): void {
    const target = event.target as Element;
    const pick = target.closest<HTMLElement>("[data-pick]");
    if (pick) this.form.querySelector<HTMLInputElement>(`input[data-picks="${pick.dataset["pick"] ?? ""}"]`)?.click();
    if (target.closest("[data-at]")) {
      this.insert("@");
      this.typed();
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (!this.names.hidden && this.steer(event)) return;
    const touch = window.matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || touch) return;
    event.preventDefault();
    this.submit();
  }

  /** Keys while names are offered. Whether the key was used. */
  private steer(event: KeyboardEvent): boolean {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.chosen = (this.chosen + step + this.choices.length) % this.choices.length;
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.choices[this.chosen]);
    else if (event.key === "Escape") this.names.hidden = true;
    else return false;
    event.preventDefault();
    if (step) this.offer();
    return true;
  }

  private typed(): void {
    this.grow();
    const before = this.text.value.slice(0, this.text.selectionStart);
    const word = /@([^\s@]{0,20})$/.exec(before)?.[1];
    this.choices = word === undefined ? [] : this.fitting(word);
    this.chosen = 0;
    this.offer();
    window.clearTimeout(this.drafting);
    this.drafting = window.setTimeout(() => { this.keep(); }, DRAFT_MS);
  }

  /** Store what is being written, when it changed since. */
  keep(): void {
    window.clearTimeout(this.drafting);
    if (this.text.value === this.kept) return;
    this.kept = this.text.value;
    void this.api.draft(this.kept).catch(() => undefined);
  }

  private fitting(word: string): Choice[] {
    const found: Choice[] = [];
    if (this.canAll && "所有人".startsWith(word)) found.push({ label: "所有人", note: `${String(this.members.length)} 人`, ids: [], all: true });
    for (const member of this.members) if (member.name.includes(word)) found.push({ label: member.name, note: `${member.unit} ${member.post}`, ids: [member.id], all: false });
    const units = new Map<string, number[]>();
    for (const member of this.members) units.set(member.unit, [...(units.get(member.unit) ?? []), member.id]);
    for (const [unit, ids] of units) if (unit.includes(word)) found.push({ label: unit, note: `${String(ids.length)} 人`, ids, all: false });
    return found.slice(0, SHOWN);
  }

  private offer(): void {
    this.names.hidden = this.choices.length === 0;
    this.names.replaceChildren(
      ...this.choices.map((choice, place) => {
        const option = button("composer__name", "", () => { this.take(choice); });
        option.append(make("strong", "", choice.label), make("span", "", choice.note));
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(place === this.chosen));
        return option;
      }),
    );
  }

  private take(choice: Choice | undefined): void {
    if (!choice) return;
    const place = this.text.selectionStart;
    const before = this.text.value.slice(0, place).replace(/@[^\s@]{0,20}$/, "");
    this.text.value = `${before}@${choice.label} ${this.text.value.slice(place)}`;
    this.named.set(choice.label, choice);
    this.names.hidden = true;
    this.text.focus();
    this.text.selectionStart = this.text.selectionEnd = before.length + choice.label.length + 2;
    this.grow();
  }

  private insert(words: string): void {
    this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
  }

  private grow(): void {
    this.text.rows = 1;
    const line = parseFloat(getComputedStyle(this.text).lineHeight) || 20;
    this.text.rows = Math.max(1, Math.min(Math.round((this.text.scrollHeight - 8) / line), Math.floor(TALLEST / line)));
  }

  /** Put words back, such as those of a recalled message, behind what is being written. */
  write(words: string): void {
    this.text.value = this.text.value.trim() ? `${this.text.value}\n${words}` : words;
    this.typed();
    this.text.focus();
  }

  /** Answer to a message. */
  quote(entry: Entry): void {
    this.quoteSeq = entry.seq;
    const end = button("button button--quiet button--icon", "", () => { this.unquote(); });
    end.append(icon("x", "sm"));
    end.setAttribute("aria-label", "取消引用");
    const words = entry.text || entry.files[0]?.name || "消息";
    this.quoted.replaceChildren(make("span", "composer__quote-words", `${entry.sender.name}：${words.slice(0, 60)}`), end);
    this.quoted.hidden = false;
    this.text.focus();
  }

  private unquote(): void {
    this.quoteSeq = null;
    this.quoted.hidden = true;
    this.quoted.replaceChildren();
  }

  /** Send a file up; it goes with the next message. */
  async attach(file: File): Promise<void> {
    const row = make("li", "composer__file");
    const progress = make("progress", "progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", `上传 ${file.name}`);
    row.append(icon("paperclip", "sm"), make("span", "", file.name || "图片"), progress);
    this.files.append(row);
    this.uploading += 1;
    const place = { url: "/api/v1/uploads/", subjectKind: "messaging.conversation", subjectId: this.api.conversation, purpose: "message" };
    try {
      const named = file.name ? file : new File([file], "图片.png", { type: file.type });
      const last = await sendFile(named, place, (part) => { progress.value = part; });
      if (last["state"] === "refused") throw new Error(String(last["refusal"] ?? "文件未被接受。"));
      if (last["state"] === "checking") throw new Error("文件较大，正在检查，请稍后在会话中重新添加。");
      this.attached.push({ id: Number(last["id"]), row });
      progress.replaceWith(this.dropper(row));
    } catch (error) {
      const text = make("span", "danger-text", error instanceof Error ? error.message : "上传失败。");
      text.setAttribute("role", "alert");
      progress.replaceWith(text, this.dropper(row));
    } finally {
      this.uploading -= 1;
    }
  }

  private dropper(row: HTMLLIElement): HTMLButtonElement {
    const drop = button("button button--quiet button--icon", "", () => {
      const place = this.attached.findIndex((one) => one.row === row);
      if (place >= 0) this.attached.splice(place, 1);
      row.remove();
    });
    drop.append(icon("x", "sm"));
    drop.setAttribute("aria-label", "移除");
    return drop;
  }

  private submit(): void {
    const words = this.text.value.trim();
    if (this.uploading || (!words && !this.attached.length)) return;
    const named = [...this.named.values()].filter((choice) => words.includes(`@${choice.label}`));
    const must = this.form.querySelector<HTMLInputElement>("input[name=must]");
    const after = this.form.querySelector<HTMLSelectElement>("select[name=sms_after]")?.value ?? "";
    this.send({
      client_id: crypto.randomUUID?.() ?? `${String(Date.now())}-${String(Math.random()).slice(2)}`,
      text: words,
      mention_ids: [...new Set(named.flatMap((choice) => choice.ids))],
      mention_all: named.some((choice) => choice.all),
      quote_seq: this.quoteSeq,
      file_ids: this.attached.map((one) => one.id),
      must: must?.checked ? { sms_after_minutes: after === "" ? null : Number(after) } : null,
    });
    this.clear(must);
  }

  private clear(must: HTMLInputElement | null): void {
    window.clearTimeout(this.drafting);
    this.text.value = "";
    this.kept = "";
    this.named.clear();
    this.attached.splice(0);
    this.files.replaceChildren();
    if (must) must.checked = false;
    this.unquote();
    this.names.hidden = true;
    this.grow();
  }
}
