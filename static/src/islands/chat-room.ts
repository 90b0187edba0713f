// One open conversation: a live log that asks for what it misses, tells what was read, and sends until it is there.
import { ChatApi, Refused, type Page } from "./chat-api";
import { ChatComposer } from "./chat-composer";
import { loadCards, showReaders } from "./chat-fragments";
import { ChatLog, type Entry, type Outgoing } from "./chat-log";
import { ChatPresence } from "./chat-presence";
import { ChatView, type Member, type State } from "./chat-view";
import { make } from "./dom";
import { toast } from "./page-manners";

interface RoomData extends Page {
  id: number;
  me: number;
  members: Member[];
  last_read_seq: number;
  can_all: boolean;
  draft: string;
  at: number | null;
  kind: string;
}

const LIVE = ["chat", "chat.entry", "chat.state", "ready", "resync"];
const STATES_MS = 800;
const READ_MS = 400;
const STATES_OF = 60;
// a frame may be lost without the line breaking: a visible room looks by itself now and then
const LOOK_MS = 45_000;
const NEAR_PX = 80;

/** <chat-room> with #room-data, an ordered list, a composer form and a dialog for readers. */
export class ChatRoom extends HTMLElement {
  private data!: RoomData;
  private log!: ChatLog;
  private api!: ChatApi;
  private view!: ChatView;
  private composer: ChatComposer | null = null;
  private list!: HTMLOListElement;
  private scroller!: HTMLElement;
  private more!: HTMLButtonElement;
  private readUpTo = 0;
  private hasBefore = false;
  private atEnd = true;
  private asking: Promise<void> | null = null;
  private reading = 0;
  private stating = 0;
  private unseen = 0;
  private looking = 0;
  private presence?: ChatPresence;

  connectedCallback(): void {
    this.data = JSON.parse(document.getElementById("room-data")?.textContent ?? "{}") as RoomData;
    this.api = new ChatApi(this.data.id);
    this.log = new ChatLog(this.data.me);
    this.view = new ChatView(this.log, new Map(this.data.members.map((one) => [one.id, one])), this.data.kind === "direct");
    this.list = this.querySelector("ol") as HTMLOListElement;
    this.scroller = this.querySelector("[role=log]") as HTMLElement;
    this.more = this.querySelector("[data-more]") as HTMLButtonElement;
    this.readUpTo = this.data.last_read_seq;
    this.log.restart(this.data.entries);
    this.hasBefore = this.data.has_before;
    this.atEnd = !this.data.has_after;
    this.redraw();
    this.start();
    this.listen();
  }

  disconnectedCallback(): void {
    for (const kind of LIVE) document.body.removeEventListener(`live:${kind}`, this.live);
    document.removeEventListener("visibilitychange", this.seen);
    window.removeEventListener("online", this.back);
    window.removeEventListener("beforeunload", this.leaving);
    window.removeEventListener("pagehide", this.left);
    window.clearInterval(this.looking);
    this.presence?.stop();
  }

  private start(): void {
    const form = this.querySelector<HTMLFormElement>("form[data-composer]");
    if (form) this.composer = new ChatComposer(form, this.api, this.data.members, this.data.can_all, (body) => void this.post(body));
    const wanted = this.data.at ? this.itemOf(this.data.at) : this.list.querySelector(".messages__new");
    if (this.data.at) this.highlight(this.data.at);
    else if (wanted) wanted.scrollIntoView({ block: "center" });
    else this.toEnd();
    this.askStates();
    this.seen();
    const side = document.getElementById("talk-side");
    this.presence = new ChatPresence(side ? [this, side] : [this], (people) => this.api.presence(people));
  }

  private listen(): void {
    for (const kind of LIVE) document.body.addEventListener(`live:${kind}`, this.live);
    document.addEventListener("visibilitychange", this.seen);
    window.addEventListener("online", this.back);
    window.addEventListener("beforeunload", this.leaving);
    window.addEventListener("pagehide", this.left);
    this.looking = window.setInterval(() => { if (!document.hidden) void this.catchUp(); }, LOOK_MS);
    this.scroller.addEventListener("scroll", () => { this.scrolled(); });
    this.more.addEventListener("click", () => void this.latest());
    this.addEventListener("click", (event) => { this.clicked(event); });
    this.addEventListener("dragover", (event) => { event.preventDefault(); });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      for (const file of event.dataTransfer?.files ?? []) void this.composer?.attach(file);
    });
  }

  private readonly live = (event: Event): void => {
    const frame = (event as CustomEvent<{ c?: number; ids?: number[]; entry?: Entry } | null>).detail;
    if (event.type === "live:chat.entry" && frame?.c === this.data.id && frame.entry) this.take(frame.entry);
    if (event.type === "live:chat.state" && frame?.ids?.includes(this.data.id)) this.askStates();
    // one's own membership changed: whoever was taken out is shown the list
    if (event.type === "live:chat" && frame?.ids?.includes(this.data.id)) void this.catchUp();
    if (event.type === "live:ready" || event.type === "live:resync") this.back();
  };

  /** The line is there again: ask for what was missed, send what did not get through. */
  private readonly back = (): void => {
    void this.catchUp();
    for (const waiting of this.log.pending.values()) if (!waiting.sending && waiting.error.startsWith("网络")) void this.push(waiting.body);
  };

  /** The browser asks before a message that is not stored yet is thrown away. */
  private readonly leaving = (event: Event): void => {
    if (this.log.pending.size) event.preventDefault();
  };

  private readonly left = (): void => {
    this.composer?.keep();
  };

  private take(entry: Entry): void {
    if (!this.atEnd) return this.count(1);
    const taken = this.log.apply(entry);
    if (taken === "gap") void this.catchUp();
    if (taken === "added") this.drawNew([entry]);
  }

  /** Ask for everything after what is held, one request at a time. */
  private catchUp(): Promise<void> {
    if (!this.atEnd) return Promise.resolve();
    this.asking ??= this.fill().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async fill(): Promise<void> {
    for (;;) {
      const page = await this.api.after(this.log.last).catch((error: unknown) => {
        if (error instanceof Refused && error.status === 404) window.location.assign("/messages/");
        return null;
      });
      if (!page) return;
      if (this.log.joins(page.first_seq)) this.drawNew(this.log.extend(page.entries));
      else this.showFrom(page);
      if (!page.has_after || !page.entries.length) return;
    }
  }

  /** What is held is no longer ours, nor what lies between: the room begins with this page. */
  private showFrom(page: Page): void {
    this.restart(page);
    this.toEnd();
    this.askStates();
    this.seen();
  }

  private restart(page: Page): void {
    this.log.restart(page.entries);
    this.hasBefore = page.has_before;
    this.redraw();
  }

  private drawNew(entries: Entry[]): void {
    if (!entries.length) return;
    const low = this.isLow();
    for (const entry of entries) {
      if (entry.kind === "recall" && entry.target !== null) this.redrawOne(entry.target);
      const place = this.log.entries.indexOf(entry);
      this.list.append(...this.view.items(entry, this.log.shownBefore(place)));
    }
    this.drawPending();
    loadCards(this.list);
    const own = entries.some((entry) => entry.sender.id === this.log.me);
    if (low || own) this.toEnd();
    else this.count(entries.filter((entry) => entry.kind === "message").length);
    this.askStates();
    this.seen();
  }

  private redraw(): void {
    const items: Node[] = [];
    let divided = this.readUpTo >= this.log.last || this.readUpTo < this.log.first;
    this.log.entries.forEach((entry, place) => {
      if (!divided && entry.seq > this.readUpTo && entry.sender.id !== this.log.me) {
        const line = make("li", "messages__new");
        line.append(make("span", "", "以下为未读消息"));
        items.push(line);
        divided = true;
      }
      items.push(...this.view.items(entry, this.log.shownBefore(place)));
    });
    this.list.replaceChildren(...items);
    this.drawPending();
    loadCards(this.list);
  }

  private redrawOne(seq: number): void {
    const place = this.log.entries.findIndex((entry) => entry.seq === seq);
    const entry = this.log.entries[place];
    const old = this.itemOf(seq);
    if (!entry || !old) return;
    const drawn = this.view.items(entry, this.log.shownBefore(place)).at(-1);
    if (drawn) old.replaceWith(drawn);
    else old.remove();
  }

  private drawPending(): void {
    for (const old of this.list.querySelectorAll(".message--pending")) old.remove();
    for (const waiting of this.log.pending.values()) this.list.append(this.view.pending(waiting));
  }

  private itemOf(seq: number): HTMLElement | null {
    return this.list.querySelector(`[data-seq="${String(seq)}"]`);
  }

  private async post(body: Outgoing): Promise<void> {
    if (!this.atEnd) await this.latest();
    this.log.begin(body, new Date().toISOString());
    await this.push(body);
  }

  private async push(body: Outgoing): Promise<void> {
    const waiting = this.log.pending.get(body.client_id);
    if (!waiting) return;
    Object.assign(waiting, { sending: true, error: "" });
    this.drawPending();
    this.toEnd();
    try {
      this.take(await this.api.send(body));
    } catch (error) {
      Object.assign(waiting, { sending: false, error: error instanceof Error ? error.message : "发送失败。" });
      this.drawPending();
    }
  }

  private isLow(): boolean {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX;
  }

  private toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.unseen = 0;
    this.count(0);
  }

  private count(fresh: number): void {
    this.unseen += fresh;
    this.more.hidden = this.unseen === 0 && this.atEnd;
    this.more.textContent = this.unseen ? `↓ ${String(this.unseen)} 条新消息` : "↓ 回到最新";
  }

  private async latest(): Promise<void> {
    if (!this.atEnd) {
      const page = await this.api.before(this.data.last_seq + 1_000_000).catch(() => null);
      if (!page) return;
      this.atEnd = true;
      this.restart(page);
    }
    this.toEnd();
    this.seen();
  }

  private scrolled(): void {
    if (this.scroller.scrollTop < NEAR_PX && this.hasBefore) void this.older();
    if (this.isLow()) {
      if (this.atEnd) {
        this.unseen = 0;
        this.count(0);
      }
      this.seen();
    }
  }

  private async older(): Promise<void> {
    this.hasBefore = false;
    const page = await this.api.before(this.log.first).catch(() => null);
    if (!page) {
      this.hasBefore = true;
      return;
    }
    const height = this.scroller.scrollHeight;
    this.log.precede(page.entries);
    this.redraw();
    this.scroller.scrollTop += this.scroller.scrollHeight - height;
    this.hasBefore = page.has_before;
    this.askStates();
  }

  /** Read is what stood on a visible screen down to its end. */
  private readonly seen = (): void => {
    window.clearTimeout(this.reading);
    this.reading = window.setTimeout(() => {
      if (document.hidden || !this.isLow() || !this.atEnd || this.log.last <= this.readUpTo) return;
      this.readUpTo = this.log.last;
      void this.api.read(this.log.last).then(() => document.body.dispatchEvent(new CustomEvent("live:chat")), () => undefined);
    }, READ_MS);
  };

  private askStates(): void {
    window.clearTimeout(this.stating);
    this.stating = window.setTimeout(() => void this.states(), STATES_MS);
  }

  private async states(): Promise<void> {
    const seqs = this.log.entries.filter((entry) => entry.kind === "message" && !entry.recalled).slice(-STATES_OF).map((entry) => entry.seq);
    if (!seqs.length || document.hidden) return;
    const found = await this.api.states(seqs).catch(() => ({}) as Record<string, State>);
    const low = this.isLow();
    for (const [seq, state] of Object.entries(found)) {
      const entry = this.log.get(Number(seq));
      const item = this.itemOf(Number(seq));
      if (entry && item) this.view.state(item, entry, state);
    }
    if (low) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private highlight(seq: number): void {
    const item = this.itemOf(seq);
    item?.scrollIntoView({ block: "center" });
    item?.classList.add("message--found");
  }

  private clicked(event: Event): void {
    const act = (event.target as Element).closest<HTMLElement>("[data-act]");
    const item = act?.closest<HTMLElement>("li");
    if (!act || !item) return;
    act.closest("details")?.removeAttribute("open");
    const client = item.dataset["client"];
    if (client) return this.pendingAct(act.dataset["act"] ?? "", client);
    const seq = Number(item.dataset["seq"]);
    void this.act(act.dataset["act"] ?? "", seq, act).catch((error: unknown) => {
      toast(document, error instanceof Error ? error.message : "操作没有完成，请稍后重试。", "error");
    });
  }

  private pendingAct(act: string, client: string): void {
    const waiting = this.log.pending.get(client);
    if (act === "resend" && waiting) void this.push(waiting.body);
    if (act === "drop") {
      this.log.pending.delete(client);
      this.composer?.write(waiting?.body.text ?? "");
      this.drawPending();
    }
  }

  private async act(act: string, seq: number, from: HTMLElement): Promise<void> {
    const entry = this.log.get(seq);
    if (!entry) return;
    if (act === "quote") this.composer?.quote(entry);
    if (act === "rewrite") this.composer?.write(this.log.wordsOf(seq));
    if (act === "copy") await navigator.clipboard?.writeText(entry.text);
    if (act === "jump") await this.jump(Number(from.dataset["to"]));
    if (act === "recall") this.take(await this.api.recall(seq));
    if (act === "receipt") {
      await this.api.receipt(seq);
      await this.states();
    }
    if (act === "remind") toast(document, this.reminded((await this.api.remind(seq)).reminded));
    if (act === "readers") showReaders(this.data.id, seq);
    if (act === "hide") {
      await this.api.hide(seq);
      entry.hidden = true;
      this.itemOf(seq)?.remove();
    }
  }

  private reminded(count: number): string {
    return count ? `已提醒 ${String(count)} 人` : "所有人都已查看，无需提醒";
  }

  private async jump(seq: number): Promise<void> {
    if (!this.log.get(seq)) {
      const page = await this.api.around(seq);
      this.atEnd = !page.has_after;
      this.restart(page);
      this.count(0);
    }
    this.highlight(seq);
  }
}

/** Called by the shell where a conversation stands. */
export function register(): void {
  customElements.define("chat-room", ChatRoom);
}
