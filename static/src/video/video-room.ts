// <video-room>: device check, then the meeting. Comes back by itself when the line or the server breaks.
import { csrfToken, failureText } from "../islands/csrf";
import { make } from "../islands/dom";
import { EmbeddedClient, type Listener, type MeetingClient, type Present, type Silence, type Source, type Ticket } from "./client";
import { RoomChat } from "./chat";
import { Controls } from "./controls";
import { browserTrouble, canShareScreen } from "./devices";
import { Drawer } from "./drawer";
import { farewell, goodbyeWords } from "./farewell";
import { InviteBox } from "./invite";
import { Lobby } from "./lobby";
import { OwnSources, SOURCE_NAMES } from "./own";
import { FREE_AGAIN, LISTENING, RecordingBar, type Answer } from "./recording";
import { drawPeople, peopleList, standInNews, type RoomState } from "./people";
import { Stage } from "./tiles";

const PAUSES = [200, 400, 800, 1600, 2500];
const WAIT_MS = 3000;
const QUALITY_MS = 4000;
const LOOK_MS = 4000;
const WIDE = 1100;
const AGAIN_MS = 1000; // when forty people come in at nine, nobody asks forty times

class VideoRoom extends HTMLElement implements Listener {
  private client: MeetingClient | null = null;
  private stage: Stage | null = null;
  private lobby: Lobby | null = null;
  private controls: Controls | null = null;
  private readonly panel = make("div", "room-people");
  private readonly list = make("div");
  private inviting: InviteBox | null = null;
  private readonly drawer = new Drawer((open) => {
    this.controls?.setOpen(open);
    if (open === "chat") this.chat?.seen();
  });
  private chat: RoomChat | null = null;
  private readonly recordingBar = new RecordingBar((agrees) => { void this.consent(agrees); }, () => { this.goodbye("您已离开会议。"); });
  private isRecorded = false;
  private answered: Answer = ""; // before Django's next word
  private listened = false;
  private readonly own = new OwnSources({
    tell: (words) => this.controls?.tell(words),
    send: async (source, track) => {
      if (source === "camera") this.stage?.setOwnCamera(track);
      await this.client?.setSource(source, track);
    },
    changed: () => { this.draw(); },
    isOver: () => this.isOver,
    refusal: () => this.mine() === "listens" ? LISTENING : "",
  });
  private present: Present[] = [];
  private room: RoomState | null = null;
  private attempt = 0;
  private isIn = false;
  private isWaiting = false;
  private isOver = false;
  private timer = 0;
  private looking = 0;
  private soon = 0;
  private lookedAt = 0;

  connectedCallback(): void {
    const trouble = browserTrouble();
    if (trouble) {
      this.say(trouble);
      return;
    }
    // a guest's page has no socket of the house: it looks by itself
    if (this.dataset["guest"]) this.looking = window.setInterval(() => { if (this.isIn) void this.look(); }, LOOK_MS);
    else void this.look(); // who is in there is known before one is
    this.lobby = new Lobby(this, () => { void this.ask(); });
    this.client = new EmbeddedClient(this);
    document.body.addEventListener("live:video", this.lookSoon);
    document.body.addEventListener("live:resync", this.lookSoon);
    window.addEventListener("beforeunload", this.bye);
  }

  disconnectedCallback(): void {
    this.bye();
    document.body.removeEventListener("live:video", this.lookSoon);
    document.body.removeEventListener("live:resync", this.lookSoon);
    window.clearInterval(this.timer);
  }

  // ---- coming in
  private async takeOver(): Promise<void> {
    const lobby = this.lobby;
    if (!lobby) return;
    this.lobby = null;
    await this.own.take(lobby.handOver());
    this.draw();
  }

  private async ask(): Promise<void> {
    if (this.isOver) return;
    const asked = this.post("join/").catch(() => null);
    if (!this.isWaiting) {
      this.client ??= new EmbeddedClient(this);
      this.client.call(); // while the ticket is on its way
    }
    const answer = await asked;
    if (!answer) {
      this.again();
      return;
    }
    if (!answer.ok) {
      if (answer.status >= 500) this.again();
      else this.goodbye(await failureText(answer));
      return;
    }
    const { state, ticket, chat } = (await answer.json()) as { state: string; ticket: Ticket | null; chat: number | null };
    if (state === "asks") {
      this.hangUp();
      this.askConsent();
      return;
    }
    if (!ticket) {
      this.isWaiting = true;
      this.hangUp(); // in an hour it would know ways that lead nowhere
      this.lobby?.wait(state === "waiting" ? "已告知主持人，请稍候……" : "请稍候……");
      window.setTimeout(() => { void this.ask(); }, WAIT_MS);
      return;
    }
    if (this.isOver) return;
    this.isWaiting = false;
    this.open(ticket, chat);
  }

  /** To the others first: the own devices, names and chat follow. */
  private open(ticket: Ticket, chat: number | null): void {
    const client = this.client ?? new EmbeddedClient(this);
    this.client = client;
    for (const [source, track] of this.own) void client.setSource(source, track);
    client.join(ticket);
    if (!this.stage) this.build(chat);
    void this.takeOver();
  }

  private build(chat: number | null): void {
    this.isIn = true;
    const stage = new Stage(this.dataset["me"] ?? "", () => { this.controls?.askForSound(); }, (who) => { this.client?.want(who ? [who] : []); });
    this.stage = stage;
    if (this.room) stage.setPeople(this.room.people);
    this.controls = new Controls({ share: canShareScreen() && this.can("screen"), chat: chat !== null }, {
      toggle: (source) => { void this.own.toggle(source); },
      hand: () => { void this.hand(); },
      view: (isSpeaker) => { stage.setSpeakerView(isSpeaker); },
      side: (leaf) => { this.drawer.toggle(leaf); },
      sound: () => { stage.playAll(); },
      leave: () => { this.goodbye("您已离开会议。"); },
    });
    const mark = make("div", "room-mark");
    mark.setAttribute("aria-hidden", "true");
    for (let count = 0; count < 40; count += 1) mark.append(make("span", "", this.dataset["mark"] ?? ""));
    this.panel.append(this.list);
    this.drawer.add("people", this.panel);
    if (chat !== null) {
      this.chat = new RoomChat(Number(this.dataset["me"]), chat, (count) => { this.controls?.setUnread(count); });
      this.drawer.add("chat", this.chat.root);
    }
    this.append(stage.root, mark, this.recordingBar.root, this.drawer.root, this.controls.root);
    if (window.innerWidth >= WIDE) this.drawer.show("people");
    this.timer = window.setInterval(() => { void this.measure(); }, QUALITY_MS);
    this.draw();
  }

  // ---- what the media server says
  people(present: Present[]): void {
    this.attempt = 0;
    this.removeAttribute("data-lost");
    this.present = present;
    this.stage?.setPresent(present);
    const unknown = present.some((one) => !this.room?.people.some((person) => person.id === one.who));
    if (unknown) this.lookSoon();
    this.draw();
  }

  track(who: string, source: Source, track: MediaStreamTrack): void {
    this.stage?.track(who, source, track);
  }

  speaking(who: string[]): void {
    this.stage?.setSpeaking(who);
  }

  shown(who: string[], foreign: string[]): void {
    this.stage?.setShown(who, foreign);
  }

  silenced(source: Source, why: Silence): void {
    const name = SOURCE_NAMES[source];
    if (why === "unblocked") {
      this.controls?.tell(this.listened ? FREE_AGAIN : `主持人允许您开启${name}。`);
      return;
    }
    const words = { quieted: `主持人关闭了您的${name}，需要时可再开启。`, blocked: `主持人已禁止开启${name}。`, busy: "已有人在共享屏幕，请等对方结束。", slow: `开关${name}太频繁，请稍候再开。` };
    this.controls?.tell(why === "blocked" && this.mine() === "listens" ? LISTENING : words[why]);
    void this.own.turnOff(source);
  }

  lost(): void {
    this.setAttribute("data-lost", "");
    this.stage?.setShown([], []);
    this.again();
  }

  ended(why: string): void {
    this.goodbye(goodbyeWords(why));
  }

  recording(isOn: boolean): void {
    this.isRecorded = isOn;
    if (!isOn) this.answered = "";
    this.draw();
    this.lookSoon();
  }

  /** What one has said to being recorded: here, before Django says it again. */
  private mine(): Answer {
    return this.answered || (this.room?.recording?.mine ?? "");
  }

  /** Recorded since before one came in, or came back: not without an answer. */
  private askConsent(): void {
    if (this.lobby) {
      this.lobby.ask((agrees) => { void this.consent(agrees).then(() => this.ask()); });
      return;
    }
    this.removeAttribute("data-lost"); // what is waited for is the answer
    this.controls?.tell("会议正在录制，答复后自动回到会议。");
    void this.look(); // the bar asks, and its answer leads on
  }

  private async consent(agrees: boolean): Promise<void> {
    const answer = await this.post(`acts/record_${agrees ? "agree" : "listen"}/`).catch(() => null);
    if (answer?.ok) {
      this.answered = agrees ? "agreed" : "listens";
      this.listened ||= !agrees;
      if (!agrees) await this.own.turnAllOff();
      if (!agrees) this.controls?.tell(LISTENING);
    } else {
      this.recordingBar.again();
      this.controls?.tell(answer ? await failureText(answer) : "网络不通，没有提交，请重试。");
    }
    await this.look();
    if (this.isIn && !this.client) void this.ask();
  }

  private hangUp(): void {
    this.client?.leave();
    this.client = null;
  }

  private again(): void {
    if (this.isOver) return;
    this.hangUp(); // what got ready without a network knows no way
    const pause = PAUSES[Math.min(this.attempt, PAUSES.length - 1)] ?? 2500;
    this.attempt += 1;
    window.setTimeout(() => { void this.ask(); }, pause);
  }

  // ---- what the person does
  private async hand(): Promise<void> {
    const mine = this.room?.people.find((one) => one.id === this.room?.me);
    await this.post(`acts/${mine?.hand ? "hand_down" : "hand_up"}/`).catch(() => null);
    await this.look();
  }

  private async act(act: string, person?: string, source?: string): Promise<void> {
    const answer = await this.post(`acts/${act}/`, { ...named(person), source: source ?? "" }).catch(() => null);
    if (!answer) this.controls?.tell("网络不通，没有提交，请重试。");
    else if (!answer.ok) this.controls?.tell(await failureText(answer));
    await this.look();
  }

  // ---- what Django knows
  /** At once when the last look is a while ago, else when it is. */
  private readonly lookSoon = (): void => {
    if (this.soon) return;
    const pause = this.lookedAt + AGAIN_MS * (1 + Math.random()) - performance.now();
    this.soon = window.setTimeout(() => { void this.look(); }, Math.max(0, pause));
  };

  private readonly look = async (): Promise<void> => {
    if (this.isOver) return;
    window.clearTimeout(this.soon);
    this.soon = 0;
    this.lookedAt = performance.now();
    const answer = await fetch(`${this.base()}state/`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const before = this.room;
    this.room = (await answer.json()) as RoomState;
    const news = before ? standInNews(before.people, this.room.people, this.room.me) : "";
    if (news) this.controls?.tell(news);
    if (!this.room.recording) this.answered = "";
    this.stage?.setPeople(this.room.people);
    this.draw();
  };

  private draw(): void {
    const controls = this.controls;
    this.recordingBar.draw(this.isRecorded, this.room?.recording ?? null, this.mine());
    if (!controls || !this.room) return;
    controls.setLive(this.own.live);
    controls.setHand(this.room.people.find((one) => one.id === this.room?.me)?.hand ?? false);
    controls.setCount(this.present.length, this.room.people.filter((one) => one.state === "waiting").length);
    drawPeople(this.list, peopleList(this.room, this.present, (act, person, source) => { void this.act(act, person, source); }, this.can("record")));
    this.drawInvitations(this.room);
  }

  private drawInvitations(room: RoomState): void {
    if (room.leads && !this.inviting) {
      this.inviting = new InviteBox({
        link: this.dataset["link"] ?? "",
        invite: (name, organisation) => this.invite(name, organisation),
        revoke: (id) => { void this.revoke(id); },
      });
      this.panel.append(this.inviting.root);
    }
    if (this.inviting) this.inviting.root.hidden = !room.leads;
    this.inviting?.show(room.guests);
  }

  private async invite(name: string, organisation: string): Promise<string> {
    const answer = await this.post("guests/", { name, organisation });
    if (!answer.ok) throw new Error(await failureText(answer));
    const { link } = (await answer.json()) as { link: string };
    void this.look();
    return link;
  }

  private async revoke(id: number): Promise<void> {
    const answer = await this.post("guests/revoke/", { guest: String(id) }).catch(() => null);
    if (!answer?.ok) this.controls?.tell(answer ? await failureText(answer) : "网络不通，没有提交，请重试。");
    await this.look();
  }

  private async measure(): Promise<void> {
    const loss = await this.client?.quality();
    if (loss !== undefined) this.controls?.setQuality(loss < 0.02 ? "good" : loss < 0.08 ? "fair" : "poor");
  }

  // ---- going
  private goodbye(words: string): void {
    this.bye();
    window.clearInterval(this.timer);
    this.removeAttribute("data-lost");
    this.say(words, this.isIn);
  }

  private readonly bye = (): void => {
    this.isOver = true;
    window.clearInterval(this.looking);
    this.chat?.close();
    this.client?.leave();
    this.lobby?.close();
    this.own.stop();
  };

  private say(words: string, mayReturn = false): void {
    this.replaceChildren(farewell(words, this.dataset["back"] ?? "", mayReturn));
  }

  private can(what: string): boolean {
    return (this.dataset["can"] ?? "").split(" ").includes(what);
  }

  private base(): string {
    return this.dataset["base"] ?? "";
  }

  private post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    return fetch(this.base() + path, { method: "POST", headers, body: new URLSearchParams(fields) });
  }
}

/** Persons and guests are told apart by the letter before their number. */
function named(who = ""): Record<string, string> {
  return who.startsWith("g") ? { guest: who.slice(1) } : { person: who };
}

/** Called once the page is known to hold one. */
export function register(): void {
  customElements.define("video-room", VideoRoom);
}
