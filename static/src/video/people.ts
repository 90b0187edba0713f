// The list of people by rank, with what a host may do to each.
import { button, make } from "../islands/dom";
import type { Present } from "./client";
import { cameraIcon, microphoneIcon } from "./marks";
import type { Invitation } from "./invite";
import { START, type Recording } from "./recording";
import type { Person } from "./tiles";

export interface RoomState {
  me: string;
  state: string;
  leads: boolean;
  ended: boolean;
  locked: boolean;
  waitingRoom: boolean;
  people: Person[];
  guests: Invitation[];
  recording: Recording | null;
}

export type Act = (act: string, person?: string, source?: string) => void;

/** What to say when somebody begins or ends standing in for the hosts; empty when nothing has changed. */
export function standInNews(before: Person[], after: Person[], me: string): string {
  const [was, is] = [before, after].map((people) => people.find((one) => one.standsIn));
  if (was?.id === is?.id) return "";
  if (is) return is.id === me ? "主持人已离线，由您代行主持，可在“成员”中管理会议。" : `主持人已离线，由 ${is.name} 代行主持。`;
  return was?.id === me ? "会场已有主持人，您的代行主持结束。" : `会场已有主持人，${was?.name ?? ""} 代行主持结束。`;
}

/** Draw the list anew at a change; a menu that was open stays open, and the keyboard where it was. */
export function drawPeople(list: HTMLElement, content: DocumentFragment): void {
  const open = list.querySelector<HTMLElement>("details[open]")?.dataset["person"];
  const focused = list.contains(document.activeElement) ? document.activeElement?.textContent : null;
  list.replaceChildren(content);
  if (open) list.querySelector<HTMLDetailsElement>(`details[data-person="${open}"]`)?.setAttribute("open", "");
  if (focused) [...list.querySelectorAll<HTMLElement>("button, summary")].find((one) => one.textContent === focused)?.focus();
}

/** The panel's content. */
export function peopleList(state: RoomState, present: Present[], act: Act, mayRecord = false): DocumentFragment {
  const drawn = document.createDocumentFragment();
  if (state.leads) drawn.append(hostBar(state, act, mayRecord));
  const here = new Map(present.map((one) => [one.who, one]));
  const waiting = state.people.filter((one) => one.state === "waiting");
  const inside = state.people.filter((one) => here.has(one.id));
  const away = state.people.filter((one) => one.state === "admitted" && !here.has(one.id));
  const gone = state.people.filter((one) => one.state === "refused" || one.state === "removed");
  if (waiting.length) drawn.append(section(`等候中 ${String(waiting.length)}`, waiting.map((one) => waitingRow(one, act))));
  drawn.append(section(`在会 ${String(inside.length)}`, inside.map((one) => insideRow(one, here.get(one.id), state, act))));
  if (away.length) drawn.append(section(`已离开 ${String(away.length)}`, away.map((one) => row(one))));
  if (gone.length) drawn.append(section("未同意或已移出", gone.map((one) => row(one, button("button button--small", "允许入会", () => { act("admit", one.id); })))));
  return drawn;
}

function hostBar(state: RoomState, act: Act, mayRecord: boolean): HTMLElement {
  const bar = make("div", "room-people__bar");
  if (state.recording) bar.append(button("button button--small", "停止录制", () => { act("record_stop"); }));
  else if (mayRecord) bar.append(button("button button--small", "开始录制", () => { if (window.confirm(START)) act("record_start"); }));
  bar.append(
    button("button button--small", "全员静音", () => { act("quiet_all"); }),
    button("button button--small", state.locked ? "解除锁定" : "锁定会议", () => { act(state.locked ? "unlock" : "lock"); }),
    button("button button--small", state.waitingRoom ? "关闭等候室" : "开启等候室", () => { act(state.waitingRoom ? "waiting_off" : "waiting_on"); }),
    button("button button--small button--danger", "结束视频会议", () => {
      if (window.confirm("结束后所有人都会离开视频会议。确定结束？")) act("end");
    }),
  );
  return bar;
}

function section(title: string, rows: HTMLElement[]): HTMLElement {
  const made = make("section", "room-people__group");
  made.append(make("h3", "", title), ...rows);
  return made;
}

function row(one: Person, ...acts: HTMLElement[]): HTMLElement {
  const made = make("div", "room-people__row");
  const text = make("p");
  text.append(make("strong", "", one.name));
  made.append(text);
  if (one.leads) text.append(make("span", "chip", one.standsIn ? "代行主持" : one.cohost ? "联席主持" : "主持"));
  if (one.deputy && !one.standsIn) text.append(make("span", "chip", "代理主持人"));
  if (one.guest) text.append(make("span", "chip", "嘉宾"));
  if (one.hand) text.append(make("span", "chip chip--hand", "举手"));
  text.append(make("span", "muted", [one.unit, one.post].filter(Boolean).join(" ")));
  const box = make("div", "room-people__acts");
  box.append(...acts);
  made.append(box);
  return made;
}

function mark(drawn: (isOn: boolean) => SVGSVGElement, isOn: boolean): HTMLElement {
  const made = make("span", isOn ? "room-people__mark" : "room-people__mark room-people__mark--off");
  made.append(drawn(isOn));
  return made;
}

function waitingRow(one: Person, act: Act): HTMLElement {
  return row(
    one,
    button("button button--small button--primary", "准入", () => { act("admit", one.id); }),
    button("button button--small", "拒绝", () => { act("refuse", one.id); }),
  );
}

function insideRow(one: Person, here: Present | undefined, state: RoomState, act: Act): HTMLElement {
  const marks = make("span", "room-people__marks");
  if (state.recording && one.recorded !== "agreed") marks.append(make("span", "chip", one.recorded === "listens" ? "只听会" : "未答复录制"));
  marks.append(mark(microphoneIcon, here?.live.includes("mic") ?? false), mark(cameraIcon, here?.live.includes("camera") ?? false));
  if (!state.leads || one.id === state.me) return row(one, marks);
  const more = make("details", "room-people__more");
  more.dataset["person"] = one.id;
  const summary = make("summary", "button button--small", "管理");
  const menu = make("div", "room-people__menu");
  const item = (text: string, name: string, source = ""): void => { menu.append(button("button button--small button--quiet", text, () => {
    more.open = false;
    act(name, one.id, source);
  })); };
  if (here?.live.includes("mic")) item("静音", "quiet", "mic");
  item(one.shut.includes("mic") ? "允许开麦" : "禁止开麦", one.shut.includes("mic") ? "open" : "shut", "mic");
  item(one.shut.includes("camera") ? "允许开摄像头" : "关闭摄像头", one.shut.includes("camera") ? "open" : "shut", "camera");
  if (here?.live.includes("screen")) item("停止共享", "quiet", "screen");
  if (one.hand) item("放下举手", "lower");
  const isNamed = !one.leads || one.cohost || one.standsIn;
  if (!one.guest && isNamed) item(one.cohost ? "取消联席主持" : "设为联席主持", one.cohost ? "uncohost" : "cohost");
  if (!one.guest && (isNamed || one.deputy)) item(one.deputy ? "取消代理主持人" : "指定为代理主持人", one.deputy ? "undeputy" : "deputy");
  if (isNamed) item("移出会议", "remove");
  more.append(summary, menu);
  return row(one, marks, more);
}
