// The bar at the foot of the room, in reach of one thumb, and the panel of people.
import { button, icon, make } from "../islands/dom";
import type { Source } from "./client";
import { cameraIcon, microphoneIcon } from "./marks";

export interface Orders {
  toggle(source: Source): void;
  hand(): void;
  view(isSpeaker: boolean): void;
  sound(): void;
  leave(): void;
}

const SAID_MS = 6000;

export class Controls {
  readonly root = make("div", "room-bar");
  readonly panel = make("aside", "room-people");
  readonly people = make("div", "room-people__list");
  private readonly said = make("p", "room-said");
  private readonly count = make("span", "room-bar__count");
  private readonly dot = make("span", "room-bar__quality");
  private readonly sources = new Map<Source, HTMLButtonElement>();
  private readonly handButton: HTMLButtonElement;
  private readonly soundButton: HTMLButtonElement;
  private isSpeaker = false;
  private timer = 0;

  constructor(mayShare: boolean, orders: Orders) {
    this.said.setAttribute("role", "status");
    this.said.hidden = true;
    this.source("mic", orders);
    this.source("camera", orders);
    if (mayShare) this.source("screen", orders);
    this.handButton = this.add(icon("hand-stop", "lg"), "举手", () => { orders.hand(); });
    this.add(icon("layout-grid", "lg"), "视图", () => {
      this.isSpeaker = !this.isSpeaker;
      orders.view(this.isSpeaker);
    });
    const people = this.add(icon("users", "lg"), "成员", () => { this.panel.hidden = !this.panel.hidden; });
    people.append(this.count);
    this.soundButton = this.add(icon("volume", "lg"), "开启声音", () => {
      orders.sound();
      this.soundButton.hidden = true;
    });
    this.soundButton.hidden = true;
    const leave = this.add(icon("phone-off", "lg"), "离开", () => { orders.leave(); });
    leave.classList.add("room-bar__button--leave");
    this.dot.title = "网络质量";
    this.root.prepend(this.said);
    this.root.append(this.dot);
    this.panel.hidden = window.innerWidth < 900;
    this.panel.setAttribute("aria-label", "成员");
    const close = button("button button--small button--quiet room-people__close", "关闭", () => { this.panel.hidden = true; });
    this.panel.append(make("h2", "", "成员"), close, this.people);
  }

  setLive(live: Set<Source>): void {
    const names: Record<Source, [string, string]> = { mic: ["静音", "开麦"], camera: ["关摄像头", "开摄像头"], screen: ["停止共享", "共享屏幕"] };
    for (const [source, one] of this.sources) {
      const isOn = live.has(source);
      const drawn = { mic: microphoneIcon(isOn, "lg"), camera: cameraIcon(isOn, "lg"), screen: icon("screen-share", "lg") }[source];
      one.replaceChildren(drawn, make("span", "", names[source][isOn ? 0 : 1]));
      one.setAttribute("aria-pressed", String(isOn));
      one.classList.toggle("room-bar__button--off", !isOn && source !== "screen");
    }
  }

  setHand(isUp: boolean): void {
    this.handButton.setAttribute("aria-pressed", String(isUp));
    this.handButton.classList.toggle("room-bar__button--up", isUp);
  }

  setCount(here: number, waiting: number): void {
    this.count.textContent = waiting ? `${String(here)} · ${String(waiting)} 等候` : String(here);
    this.count.classList.toggle("room-bar__count--waiting", waiting > 0);
  }

  setQuality(quality: "good" | "fair" | "poor"): void {
    this.dot.dataset["quality"] = quality;
    this.dot.textContent = { good: "网络良好", fair: "网络一般", poor: "网络较差" }[quality];
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

  private source(source: Source, orders: Orders): void {
    this.sources.set(source, this.add(icon("microphone", "lg"), "", () => { orders.toggle(source); }));
  }

  private add(drawn: SVGSVGElement, text: string, act: () => void): HTMLButtonElement {
    const made = button("room-bar__button", "", act);
    made.append(drawn, make("span", "", text));
    this.root.append(made);
    return made;
  }
}
