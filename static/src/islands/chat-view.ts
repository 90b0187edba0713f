// Drawing a conversation: text is always text. Acts are buttons with data-act; the room listens.
import type { ChatLog, Entry, Pending, SentFile } from "./chat-log";
import { icon, make } from "./dom";

/** What is known of a message besides its words. */
export interface State {
  read: number;
  total: number;
  receipts: number;
  receipt_names: string[];
  mine: boolean;
  must: { confirmed: number; total: number } | null;
}

export interface Member {
  id: number;
  name: string;
  post: string;
  unit: string;
}

const GROUPED_MS = 5 * 60_000;
const RECALL_MS = 2 * 60_000;

/** HH:MM of an ISO time. */
export function clock(at: string): string {
  const moment = new Date(at);
  return `${String(moment.getHours()).padStart(2, "0")}:${String(moment.getMinutes()).padStart(2, "0")}`;
}

/** The day as a separator says it. */
export function day(at: string, today = new Date()): string {
  const moment = new Date(at);
  const words = `${String(moment.getMonth() + 1)}月${String(moment.getDate())}日`;
  if (moment.toDateString() === today.toDateString()) return `今天 · ${words}`;
  return moment.getFullYear() === today.getFullYear() ? words : `${String(moment.getFullYear())}年${words}`;
}

/** Whether the entry goes on under the one before it. */
export function follows(before: Entry | undefined, entry: Entry): boolean {
  if (!before || before.kind !== "message" || entry.kind !== "message" || before.recalled || entry.must || before.must) return false;
  const near = new Date(entry.at).getTime() - new Date(before.at).getTime() < GROUPED_MS;
  return before.sender.id === entry.sender.id && near && new Date(before.at).toDateString() === new Date(entry.at).toDateString();
}

/** A size for people. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`;
  return bytes < 1024 ** 2 ? `${String(Math.round(bytes / 1024))} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export class ChatView {
  constructor(
    private readonly log: ChatLog,
    private readonly members: Map<number, Member>,
    private readonly isDirect: boolean,
  ) {}

  /** A list item for an entry; a day separator stands before it when the day changes. */
  items(entry: Entry, before: Entry | undefined): HTMLLIElement[] {
    if (entry.hidden) return [];
    const items: HTMLLIElement[] = [];
    if (!before || new Date(before.at).toDateString() !== new Date(entry.at).toDateString()) {
      const line = make("li", "messages__day");
      line.append(make("span", "", day(entry.at)));
      items.push(line);
    }
    const drawn = entry.kind === "message" && !entry.recalled ? this.message(entry, before) : this.line(entry);
    if (drawn) items.push(drawn);
    return items;
  }

  private line(entry: Entry): HTMLLIElement | null {
    if (entry.kind === "message") {
      const item = this.line({ ...entry, kind: "system", text: `${this.who(entry)}撤回了一条消息` });
      if (item && this.log.wordsOf(entry.seq)) item.append(this.act("button--quiet button--small", "重新编辑", "rewrite"));
      return item;
    }
    if (entry.kind === "recall") return null;
    const item = make("li", "messages__line");
    item.dataset["seq"] = String(entry.seq);
    item.append(make("span", "", entry.text));
    return item;
  }

  private who(entry: Entry): string {
    return entry.sender.id === this.log.me ? "您" : entry.sender.name;
  }

  private message(entry: Entry, before: Entry | undefined): HTMLLIElement {
    const mine = entry.sender.id === this.log.me;
    const grouped = follows(before, entry);
    const item = make("li", `message${mine ? " message--mine" : ""}${grouped ? " message--grouped" : ""}`);
    item.dataset["seq"] = String(entry.seq);
    item.append(this.mark(entry, mine));
    const main = make("div", "message__main");
    if (!grouped) main.append(this.by(entry, mine));
    if (entry.quote) main.append(this.quote(entry.quote));
    if (entry.must) main.append(this.must(entry, mine));
    else if (entry.text) main.append(this.bubble(entry));
    for (const file of entry.files) main.append(this.file(file));
    if (entry.card) main.append(this.card(entry.card));
    const foot = make("p", mine ? "message__read" : "reactions");
    foot.dataset["state"] = "";
    main.append(foot);
    item.append(main, this.menu(entry, mine));
    return item;
  }

  private mark(entry: Entry, mine: boolean): HTMLSpanElement {
    const mark = make("span", `person-mark${mine ? " person-mark--self" : ""}`, entry.sender.name.slice(0, 1));
    mark.setAttribute("aria-hidden", "true");
    return mark;
  }

  private by(entry: Entry, mine: boolean): HTMLParagraphElement {
    const by = make("p", "message__by");
    by.append(make("strong", "", entry.sender.name));
    if (!mine && !this.isDirect) by.append(make("span", "", entry.sender.post));
    const time = make("time", "", clock(entry.at));
    time.dateTime = entry.at;
    by.append(time);
    return by;
  }

  private bubble(entry: Entry): HTMLParagraphElement {
    const bubble = make("p", "bubble");
    bubble.append(...this.words(entry));
    return bubble;
  }

  /** The text with the named people marked. */
  private words(entry: Entry): Node[] {
    const names = entry.mention_ids.map((id) => this.members.get(id)?.name ?? "").filter(Boolean);
    if (entry.mention_all) names.push("所有人");
    if (!names.length) return [document.createTextNode(entry.text)];
    const pattern = new RegExp(`(@(?:${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")}))`);
    return entry.text.split(pattern).map((part, place) => (place % 2 ? make("span", "at-person", part) : document.createTextNode(part)));
  }

  private quote(quote: { seq: number; name: string; text: string }): HTMLButtonElement {
    const box = this.act("message__quote", quote.name ? `${quote.name}：${quote.text}` : quote.text, "jump");
    box.disabled = !quote.name;
    box.dataset["to"] = String(quote.seq);
    return box;
  }

  private must(entry: Entry, mine: boolean): HTMLElement {
    const box = make("section", "must-reach");
    box.setAttribute("aria-label", "必达消息");
    const head = make("header", "must-reach__head");
    head.append(icon("bolt", "sm"), make("strong", "", "必达"), make("span", "", mine ? "未确认的人员将按时提醒" : "请确认收到"));
    const text = make("p", "must-reach__text");
    text.append(...this.words(entry));
    const state = make("p", "must-reach__state");
    state.dataset["must"] = "";
    const foot = make("footer", "must-reach__foot");
    if (mine) foot.append(this.act("button", "查看名单", "readers"), this.act("button", "再次提醒", "remind", "bell"));
    else foot.append(this.act("button button--primary", "确认收到", "receipt", "check"));
    box.append(head, text, state, foot);
    return box;
  }

  private file(file: SentFile): HTMLElement {
    const link = make("a", file.is_image ? "message__picture" : "message__file");
    link.href = file.url;
    if (file.is_image && file.page_url) {
      const picture = make("img");
      picture.src = file.page_url;
      picture.alt = file.name;
      picture.loading = "lazy";
      link.append(picture);
      return link;
    }
    const words = make("span", "message__file-words");
    words.append(make("strong", "", file.name), make("small", "", sizeText(file.size)));
    link.append(icon(file.is_image ? "photo" : "file-text", "lg"), words);
    return link;
  }

  private card(card: { kind: string; id: number }): HTMLElement {
    const place = make("div", "message__card");
    place.dataset["card"] = `/messages/card/${card.kind}/${String(card.id)}/`;
    place.append(make("span", "muted", "正在载入…"));
    return place;
  }

  /** A button that says what it does to the room. */
  private act(classes: string, text: string, act: string, drawn = ""): HTMLButtonElement {
    const button = make("button", classes);
    button.type = "button";
    if (drawn === "bell") button.append(icon("bell", "sm"));
    if (drawn === "check") button.append(icon("check", "sm"));
    button.append(text);
    button.dataset["act"] = act;
    return button;
  }

  private menu(entry: Entry, mine: boolean): HTMLDetailsElement {
    const menu = make("details", "menu message__menu");
    const summary = make("summary", "button button--quiet button--icon");
    summary.append(icon("dots", "sm"));
    summary.setAttribute("aria-label", "消息操作");
    const sheet = make("div", "menu__sheet");
    const young = Date.now() - new Date(entry.at).getTime() < RECALL_MS;
    sheet.append(this.act("menu__item", "引用", "quote"));
    if (!mine) sheet.append(this.act("menu__item", "收到", "receipt"));
    if (entry.text) sheet.append(this.act("menu__item", "复制", "copy"));
    if (mine && !this.isDirect) sheet.append(this.act("menu__item", "已读名单", "readers"), this.act("menu__item", "提醒未读", "remind"));
    if (mine && young) sheet.append(this.act("menu__item", "撤回", "recall"));
    sheet.append(this.act("menu__item", "删除（仅自己）", "hide"));
    menu.append(summary, sheet);
    return menu;
  }

  /** What is on its way, or did not get there. */
  pending(waiting: Pending): HTMLLIElement {
    const item = make("li", "message message--mine message--pending");
    item.dataset["client"] = waiting.body.client_id;
    const main = make("div", "message__main");
    main.append(make("p", "bubble", waiting.body.text || "[文件]"));
    const foot = make("p", "message__read");
    if (waiting.sending) foot.append("正在发送…");
    else {
      foot.setAttribute("role", "alert");
      foot.append(make("span", "danger-text", waiting.error), this.act("button button--quiet button--small", "重发", "resend"));
      foot.append(this.act("button button--quiet button--small", "放弃", "drop"));
    }
    main.append(foot);
    item.append(main);
    return item;
  }

  /** Fill in who has read and confirmed. */
  state(item: HTMLElement, entry: Entry, state: State): void {
    const mine = entry.sender.id === this.log.me;
    const foot = item.querySelector<HTMLElement>("[data-state]");
    if (foot) foot.replaceChildren(...(mine ? this.readWords(entry, state) : this.receiptWords(state)));
    const must = item.querySelector<HTMLElement>("[data-must]");
    if (!must || !state.must) return;
    const meter = make("progress", "meter");
    meter.max = Math.max(state.must.total, 1);
    meter.value = state.must.confirmed;
    meter.setAttribute("aria-label", "确认进度");
    must.replaceChildren(meter, make("strong", "num", `${String(state.must.confirmed)}/${String(state.must.total)} 已确认`));
    const confirm = item.querySelector<HTMLButtonElement>(".must-reach__foot [data-act=receipt]");
    if (confirm && state.mine) {
      confirm.disabled = true;
      confirm.textContent = "已确认收到";
    }
  }

  private readWords(entry: Entry, state: State): Node[] {
    if (entry.must) return [];
    if (this.isDirect) return [document.createTextNode(state.read ? "已读" : "未读")];
    if (!state.total) return [];  // nobody else is there
    const link = this.act("link message__count", `${String(state.read)}/${String(state.total)} 已读`, "readers");
    return state.receipts ? [make("span", "chip", `收到 ${String(state.receipts)}`), link] : [link];
  }

  private receiptWords(state: State): Node[] {
    if (!state.receipts) return [];
    const chip = make("span", "chip", `收到 ${String(state.receipts)}`);
    chip.title = state.receipt_names.join("、") + (state.receipts > state.receipt_names.length ? " 等" : "");
    return [chip];
  }
}
