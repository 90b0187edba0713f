// The bar at the foot of the room, in reach of one thumb.
import { button, icon, make } from "../islands/dom";
import type { Source } from "./client";
import type { Leaf } from "./drawer";
import { cameraIcon, microphoneIcon } from "./marks";

export interface Orders {
  toggle(source: Source): void;
  hand(): void;
  view(isSpeaker: boolean): void;
  side(leaf: Leaf): void;
  sound(): void;
  leave(): void;
}

export type Quality = "good" | "fair" | "poor";

const SAID_MS = 6000;
const QUALITIES: Record<Quality, [string, () => SVGSVGElement]> = {
  good: ["网络良好", () => icon("antenna-bars-5", "sm")],
  fair: ["网络一般", () => icon("antenna-bars-3", "sm")],
  poor: ["网络较差", () => icon("antenna-bars-2", "sm")],
};

export class Controls {
  readonly root = make("div", "room-bar");
  private readonly main = make("div", "room-bar__main");
  private readonly said = make("p", "room-said");
  private readonly quality = make("p", "room-bar__quality");
  private readonly counts = new Map<Leaf, HTMLElement>();
  private readonly leaves = new Map<Leaf, HTMLButtonElement>();
  private readonly sources = new Map<Source, HTMLButtonElement>();
  private readonly handButton: HTMLButtonElement;
  private readonly viewButton: HTMLButtonElement;
  private readonly soundButton: HTMLButtonElement;
  private isSpeaker = false;
  private timer = 0;

  constructor(can: { share: boolean; chat: boolean }, orders: Orders) {
    this.said.setAttribute("role", "status");
    this.said.hidden = true;
    for (const source of ["mic", "camera"] as const) this.source(source, orders);
    if (can.share) this.source("screen", orders);
    this.handButton = this.add(icon("hand-stop", "lg"), "举手", () => { orders.hand(); });
    this.viewButton = this.add(icon("layout-board", "lg"), "演讲者", () => {
      this.isSpeaker = !this.isSpeaker;
      this.drawView();
      orders.view(this.isSpeaker);
    });
    this.leaf("people", icon("users", "lg"), "成员", orders);
    if (can.chat) this.leaf("chat", icon("message", "lg"), "聊天", orders);
    this.soundButton = this.add(icon("volume", "lg"), "开启声音", () => {
      orders.sound();
      this.soundButton.hidden = true;
    });
    this.soundButton.hidden = true;
    const leave = this.add(icon("phone-off", "lg"), "离开", () => { orders.leave(); });
    leave.classList.add("room-bar__button--leave");
    this.root.append(this.said, this.quality, this.main);
    this.setQuality("good");
  }

  setLive(live: Set<Source>): void {
    const names: Record<Source, [string, string]> = { mic: ["静音", "开麦"], camera: ["关视频", "开视频"], screen: ["停止共享", "共享屏幕"] };
    for (const [source, one] of this.sources) {
      const isOn = live.has(source);
      const drawn = { mic: microphoneIcon(isOn, "lg"), camera: cameraIcon(isOn, "lg"), screen: isOn ? icon("screen-share-off", "lg") : icon("screen-share", "lg") }[source];
      one.replaceChildren(face(drawn), make("span", "", names[source][isOn ? 0 : 1]));
      one.classList.toggle("room-bar__button--off", !isOn && source !== "screen");
      one.classList.toggle("room-bar__button--on", isOn && source === "screen");
    }
  }

  setHand(isUp: boolean): void {
    this.handButton.setAttribute("aria-pressed", String(isUp));
    this.handButton.classList.toggle("room-bar__button--up", isUp);
  }

  setCount(here: number, waiting: number): void {
    this.mark("people", waiting ? `${String(waiting)} 等候` : String(here), waiting > 0);
  }

  setUnread(count: number): void {
    this.mark("chat", count ? String(Math.min(count, 99)) : "", true);
  }

  setOpen(leaf: Leaf | ""): void {
    for (const [name, one] of this.leaves) one.setAttribute("aria-pressed", String(name === leaf));
  }

  setQuality(quality: Quality): void {
    const [words, drawn] = QUALITIES[quality];
    this.quality.dataset["quality"] = quality;
    this.quality.replaceChildren(drawn(), make("span", "", words));
  }

  /** Browsers play no sound before a tap. */
  askForSound(): void {
    this.soundButton.hidden = false;
  }

  /** Say something for a while. */
  tell(words: string): void {
    this.said.textContent = words;
    this.said.hidden = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { this.said.hidden = true; }, SAID_MS);
  }

  private drawView(): void {
    const drawn = this.isSpeaker ? icon("layout-grid", "lg") : icon("layout-board", "lg");
    this.viewButton.replaceChildren(face(drawn), make("span", "", this.isSpeaker ? "宫格" : "演讲者"));
  }

  private mark(leaf: Leaf, text: string, isLoud: boolean): void {
    const count = this.counts.get(leaf);
    if (!count) return;
    count.textContent = text;
    count.hidden = text === "";
    count.classList.toggle("room-bar__count--loud", isLoud);
  }

  private leaf(leaf: Leaf, drawn: SVGSVGElement, text: string, orders: Orders): void {
    const made = this.add(drawn, text, () => { orders.side(leaf); });
    const count = make("span", "room-bar__count");
    count.hidden = true;
    made.append(count);
    this.counts.set(leaf, count);
    this.leaves.set(leaf, made);
  }

  private source(source: Source, orders: Orders): void {
    this.sources.set(source, this.add(icon("microphone", "lg"), "", () => { orders.toggle(source); }));
  }

  private add(drawn: SVGSVGElement, text: string, act: () => void): HTMLButtonElement {
    const made = button("room-bar__button", "", act);
    made.append(face(drawn), make("span", "", text));
    this.main.append(made);
    return made;
  }
}

function face(drawn: SVGSVGElement): HTMLElement {
  const made = make("span", "room-bar__face");
  made.append(drawn);
  return made;
}
