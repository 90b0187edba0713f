// The stage: a tile for everybody, pictures where they are sent, a name where they are not; a shared screen fills the middle.
import { icon, make } from "../islands/dom";
import type { Present, Source } from "./client";
import { fitted } from "./layout";
import type { Answer } from "./recording";

/** Facts about a person as Django knows them. */
export interface Person {
  id: string;
  name: string;
  unit: string;
  post: string;
  state: string;
  leads: boolean;
  cohost: boolean;
  deputy: boolean;
  standsIn: boolean;
  hand: boolean;
  guest: boolean;
  shut: Source[];
  recorded: Answer;
}

interface Tile {
  box: HTMLElement;
  video: HTMLVideoElement;
  face: HTMLElement;
  note: HTMLElement;
  name: HTMLElement;
  post: HTMLElement;
  mic: HTMLElement;
  hand: HTMLElement;
}

const GAP = 8;
const PHONE = "(width < 700px)";

/** All tiles, the shared screen and the sound. */
export class Stage {
  readonly root = make("div", "stage");
  private readonly grid = make("div", "stage__grid");
  private readonly screenBox = make("figure", "stage__screen");
  private readonly screen = picture();
  private readonly screenName = make("figcaption", "stage__screen-name");
  private readonly tiles = new Map<string, Tile>();
  private readonly sounds = new Map<string, HTMLAudioElement>();
  private readonly pictures = new Map<string, MediaStreamTrack>();
  private present: Present[] = [];
  private people = new Map<string, Person>();
  private shown = new Set<string>();
  private foreign = new Set<string>();
  private speakers: string[] = [];
  private pinned = "";
  private isSpeakerView = false;
  private isDue = false;
  private own: MediaStreamTrack | null = null;

  constructor(private readonly me: string, private readonly onSilence: () => void, private readonly onPin: (who: string) => void) {
    this.screenBox.hidden = true;
    this.screenBox.append(this.screen, this.screenName);
    new ResizeObserver(() => { this.fit(); }).observe(this.grid);
    this.root.append(this.screenBox, this.grid);
  }

  setPeople(people: Person[]): void {
    this.people = new Map(people.map((one) => [one.id, one]));
    this.draw();
  }

  setPresent(present: Present[]): void {
    this.present = present;
    for (const who of this.tiles.keys()) if (!present.some((one) => one.who === who)) this.forget(who);
    this.draw();
  }

  setShown(who: string[], foreign: string[]): void {
    this.shown = new Set(who);
    this.foreign = new Set(foreign);
    this.draw();
  }

  setSpeaking(who: string[]): void {
    this.speakers = [...who, ...this.speakers.filter((one) => !who.includes(one))].slice(0, 12);
    for (const [one, tile] of this.tiles) tile.box.classList.toggle("tile--speaking", who.includes(one));
    if (this.isSpeakerView) this.arrange();
  }

  setSpeakerView(isOn: boolean): void {
    this.isSpeakerView = isOn;
    this.arrange();
  }

  /** The own camera, mirrored as in a mirror. */
  setOwnCamera(track: MediaStreamTrack | null): void {
    this.own = track;
    this.draw();
  }

  track(who: string, source: Source, track: MediaStreamTrack): void {
    if (source === "mic") {
      const sound = this.sounds.get(who) ?? new Audio();
      sound.autoplay = true;
      sound.srcObject = new MediaStream([track]);
      this.sounds.set(who, sound);
      sound.play().catch(() => { this.onSilence(); });
    } else if (source === "screen") {
      this.screen.srcObject = new MediaStream([track]);
      void this.screen.play().catch(() => undefined);
    } else {
      this.pictures.set(who, track);
    }
    this.draw();
  }

  /** After a tap: browsers play sound only then. */
  playAll(): void {
    for (const sound of this.sounds.values()) void sound.play().catch(() => undefined);
  }

  clear(): void {
    for (const who of [...this.tiles.keys()]) this.forget(who);
    this.screen.srcObject = null;
  }

  private forget(who: string): void {
    this.tiles.get(who)?.box.remove();
    this.tiles.delete(who);
    this.pictures.delete(who);
    this.speakers = this.speakers.filter((one) => one !== who);
    const sound = this.sounds.get(who);
    if (sound) sound.srcObject = null;
    this.sounds.delete(who);
  }

  /** Once for all that is told in one go. */
  private draw(): void {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      this.drawAll();
    });
  }

  private drawAll(): void {
    for (const one of this.present) this.drawTile(one);
    const sharer = this.present.find((one) => one.live.includes("screen"));
    this.screenBox.hidden = !sharer || sharer.who === this.me;
    if (sharer) this.screenName.textContent = `${this.nameOf(sharer.who)} 正在共享屏幕${this.foreign.has(sharer.who) ? "，本机不支持其画面格式" : ""}`;
    this.arrange();
  }

  private drawTile(one: Present): void {
    const tile = this.tiles.get(one.who) ?? this.made(one.who);
    const person = this.people.get(one.who);
    const isMe = one.who === this.me;
    const track = isMe ? this.own : this.pictures.get(one.who);
    const isSeen = isMe ? track !== null : one.live.includes("camera") && this.shown.has(one.who);
    const current = (tile.video.srcObject as MediaStream | null)?.getVideoTracks()[0] ?? null;
    if (track && isSeen && current !== track) {
      tile.video.srcObject = new MediaStream([track]);
      void tile.video.play().catch(() => undefined);
    }
    tile.video.hidden = !isSeen;
    tile.video.classList.toggle("tile__video--own", isMe);
    tile.face.hidden = isSeen;
    tile.face.textContent = person?.name.slice(0, 1) ?? "";
    tile.note.hidden = isSeen || !this.foreign.has(one.who) || !one.live.includes("camera");
    tile.name.textContent = (person?.name ?? "…") + (isMe ? "（我）" : "");
    tile.post.textContent = person ? [person.unit, person.post].filter(Boolean).join(" ") : "";
    tile.box.title = person ? `${person.name} ${person.unit} ${person.post}` : "";
    tile.mic.hidden = one.live.includes("mic");
    tile.hand.hidden = !person?.hand;
  }

  private nameOf(who: string): string {
    const person = this.people.get(who);
    return person ? `${person.name} ${person.unit}` : "…";
  }

  private made(who: string): Tile {
    const box = make("div", "tile");
    box.dataset["who"] = who;
    const tile: Tile = { box, video: picture(), face: make("span", "tile__face"), note: make("span", "tile__note", "本机不支持对方的画面格式，可以听到声音"), name: make("span", "tile__who"), post: make("span", "tile__post"), mic: make("span", "tile__mic"), hand: make("span", "tile__hand") };
    tile.video.muted = true;
    tile.mic.append(icon("microphone-off", "sm"));
    tile.hand.append(icon("hand-stop", "sm"));
    const plate = make("p", "tile__name");
    plate.append(tile.mic, tile.name, tile.post);
    box.append(tile.video, tile.face, tile.note, plate, tile.hand);
    box.addEventListener("dblclick", () => {
      this.pinned = this.pinned === who ? "" : who;
      this.onPin(this.pinned);
      this.arrange();
    });
    this.tiles.set(who, tile);
    this.grid.append(box);
    return tile;
  }

  /** Big: the pinned, else who spoke last, in the speaker view; the order of the list is that of ranks. */
  private arrange(): void {
    const order = [...this.people.keys()];
    const sorted = [...this.tiles.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    const speaker = this.speakers.find((one) => one !== this.me && this.tiles.has(one));
    const big = this.tiles.has(this.pinned) ? this.pinned : this.isSpeakerView ? (speaker ?? sorted.find((one) => one !== this.me) ?? this.me) : "";
    const hasScreen = !this.screenBox.hidden;
    this.root.classList.toggle("stage--focus", big !== "" || hasScreen);
    sorted.forEach((who, place) => {
      const box = this.tiles.get(who)?.box;
      if (!box) return;
      box.style.order = String(who === big ? -1 : place);
      box.classList.toggle("tile--big", who === big && !hasScreen);
    });
    this.root.classList.toggle("stage--screen", hasScreen);
    this.fit();
  }

  /** Tiles as large as the stage lets them; beside something big they are a row or a column of small ones. */
  private fit(): void {
    const isStrip = this.root.classList.contains("stage--focus");
    const count = this.tiles.size - (isStrip && !this.root.classList.contains("stage--screen") ? 1 : 0);
    const isPhone = window.matchMedia(PHONE).matches;
    const { width, height } = isStrip ? { width: isPhone ? 128 : 192, height: isPhone ? 84 : 108 } : fitted(count, this.grid.clientWidth, this.grid.clientHeight, GAP);
    this.grid.style.setProperty("--tile-width", `${String(width)}px`);
    this.grid.style.setProperty("--tile-height", `${String(height)}px`);
  }
}

function picture(): HTMLVideoElement {
  const video = make("video", "tile__video");
  video.autoplay = true;
  video.playsInline = true;
  return video;
}
