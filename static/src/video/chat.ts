// The talk of the room: the meeting's own group of 消息, as a drawer. What was missed is asked for by cursor.
import { ChatApi } from "../islands/chat-api";
import { ChatLog, type Entry, type Pending } from "../islands/chat-log";
import { button, make } from "../islands/dom";

const LIVE = ["chat", "chat.entry", "ready", "resync"];
const LOOK_MS = 20_000;
const FIRST_MS = 1500; // the pictures come first
const OWN_CARD = "meetings.video"; // the way in: whoever reads this is in
const LONGEST = 2000;
const NEAR_PX = 60;
const NEWEST = 1e12; // before this: the last page

export class RoomChat {
  readonly root = make("section", "room-chat");
  private readonly list = make("ol", "room-chat__list");
  private readonly field = make("textarea", "room-chat__field");
  private readonly log: ChatLog;
  private readonly api: ChatApi;
  private asking: Promise<void> | null = null;
  private looking = 0;
  private beginning = 0;
  private unread = 0;

  constructor(me: number, private readonly conversation: number, private readonly onUnread: (count: number) => void) {
    this.log = new ChatLog(me);
    this.api = new ChatApi(conversation);
    this.root.setAttribute("aria-label", "聊天");
    this.list.setAttribute("aria-live", "polite");
    this.list.tabIndex = 0;
    this.field.rows = 2;
    this.field.maxLength = LONGEST;
    this.field.placeholder = "发送给会议中的所有人";
    this.field.setAttribute("aria-label", "聊天内容");
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    const form = make("div", "room-chat__form");
    form.append(this.field, button("button button--primary button--small", "发送", () => { this.send(); }));
    this.root.append(this.list, form);
    for (const kind of LIVE) document.body.addEventListener(`live:${kind}`, this.hear);
    this.looking = window.setInterval(() => { void this.catchUp(); }, LOOK_MS);
    this.beginning = window.setTimeout(() => { void this.begin(); }, FIRST_MS);
  }

  close(): void {
    window.clearTimeout(this.beginning);
    for (const kind of LIVE) document.body.removeEventListener(`live:${kind}`, this.hear);
    window.clearInterval(this.looking);
  }

  /** On the screen now: what is there counts as read. */
  seen(): void {
    this.unread = 0;
    this.onUnread(0);
    this.toEnd();
    if (this.log.last) void this.api.read(this.log.last).catch(() => undefined);
  }

  private get isSeen(): boolean {
    return this.root.offsetParent !== null && !document.hidden;
  }

  private async begin(): Promise<void> {
    const page = await this.api.before(NEWEST).catch(() => null);
    if (!page) return;
    this.log.restart(page.entries);
    this.draw();
  }

  private readonly hear = (event: Event): void => {
    const frame = (event as CustomEvent<{ c?: number; ids?: number[]; entry?: Entry } | null>).detail;
    const isAgain = event.type === "live:ready" || event.type === "live:resync" || frame?.ids?.includes(this.conversation);
    if (event.type === "live:chat.entry" && frame?.c === this.conversation && frame.entry) this.take(frame.entry);
    else if (isAgain) void this.catchUp();
  };

  private take(entry: Entry): void {
    const taken = this.log.apply(entry);
    if (taken === "gap") void this.catchUp();
    if (taken === "added") this.added([entry]);
  }

  private catchUp(): Promise<void> {
    this.asking ??= this.fill().finally(() => { this.asking = null; });
    return this.asking;
  }

  private async fill(): Promise<void> {
    const page = await this.api.after(this.log.last).catch(() => null);
    if (page) this.added(this.log.extend(page.entries));
  }

  private added(entries: Entry[]): void {
    if (!entries.length) return;
    const isLow = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_PX;
    this.draw();
    if (this.isSeen) {
      if (isLow) this.seen();
      return;
    }
    this.unread += entries.filter((one) => one.kind === "message" && one.sender.id !== this.log.me).length;
    this.onUnread(this.unread);
  }

  private send(): void {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    const body = { client_id: crypto.randomUUID(), text, mention_ids: [], mention_all: false, quote_seq: null, file_ids: [], must: null };
    void this.push(this.log.begin(body, new Date().toISOString()));
  }

  private async push(waiting: Pending): Promise<void> {
    Object.assign(waiting, { sending: true, error: "" });
    this.draw();
    this.toEnd();
    try {
      this.take(await this.api.send(waiting.body));
    } catch (error) {
      Object.assign(waiting, { sending: false, error: error instanceof Error ? error.message : "发送失败。" });
      this.draw();
    }
  }

  private draw(): void {
    const shown = this.log.entries.filter((one) => one.kind !== "recall" && !one.hidden && one.card?.kind !== OWN_CARD);
    const items = shown.map((one) => this.item(one));
    for (const waiting of this.log.pending.values()) items.push(this.waiting(waiting));
    if (!items.length) items.push(make("li", "room-chat__empty", "还没有消息。会后可在“消息”中查看聊天记录。"));
    this.list.replaceChildren(...items);
  }

  private item(entry: Entry): HTMLElement {
    if (entry.kind === "system") return make("li", "room-chat__line", entry.text);
    const made = make("li", entry.sender.id === this.log.me ? "room-chat__item room-chat__item--own" : "room-chat__item");
    const head = make("p", "room-chat__who", entry.sender.id === this.log.me ? "我" : entry.sender.name);
    head.title = entry.sender.post;
    const at = new Date(entry.at);
    head.append(make("time", "", at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" })));
    made.append(head, make("p", "room-chat__text", words(entry)));
    return made;
  }

  private waiting(waiting: Pending): HTMLElement {
    const made = make("li", "room-chat__item room-chat__item--own room-chat__item--waiting");
    made.append(make("p", "room-chat__text", waiting.body.text));
    if (waiting.error) {
      const again = button("room-chat__again", "重发", () => { void this.push(waiting); });
      const why = make("p", "room-chat__error", waiting.error);
      why.append(again);
      made.append(why);
    }
    return made;
  }

  private toEnd(): void {
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function words(entry: Entry): string {
  if (entry.recalled) return "消息已撤回";
  if (entry.card) return "［卡片］请到“消息”中查看";
  const files = entry.files.map((one) => `［文件］${one.name}`);
  return [entry.text, ...files].filter(Boolean).join("\n");
}
