// Being recorded: a banner that everybody sees, and the question everybody answers for themselves.
import { button, make } from "../islands/dom";

/** What Django says of the recording that goes on; `mine`: what one has answered. */
export interface Recording {
  by: string;
  since: string;
  mine: Answer;
}

/** Empty: nothing yet. Who listens sends neither sound nor pictures until the recording is over. */
export type Answer = "" | "agreed" | "listens";

const ASKED = "会议正在录制，录下的是发言的声音、发言人的画面和共享的屏幕，供会议出席人员会后查看。同意前不会录下您的声音和画面。";
export const LISTENING = "您选择了只听会，录制期间不能开启麦克风、摄像头和共享。可在顶部“改为同意录制”。";
export const FREE_AGAIN = "现在可以开启麦克风和摄像头。";
export const START = "开始录制后，所有人都会看到“正在录制”的提示并被询问是否同意；您自己即视为同意。主持人离开后录制继续，全部离开一分钟后自动停止。现在开始录制？";

/** The question. `leave` only where one is inside already. */
export function question(answer: (agrees: boolean) => void, leave?: () => void): HTMLElement {
  const box = make("div", "recording-ask");
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-label", "会议正在录制");
  const acts = make("div", "recording-ask__acts");
  const say = (agrees: boolean): void => {
    for (const one of acts.querySelectorAll("button")) one.disabled = true;
    answer(agrees);
  };
  acts.append(
    button("button button--primary", "同意录制", () => { say(true); }),
    button("button", "只听会，不开麦克风和摄像头", () => { say(false); }),
  );
  if (leave) acts.append(button("button", "离开会议", leave));
  box.append(make("strong", "", "会议正在录制"), make("p", "", ASKED), acts);
  return box;
}

/** The banner over the stage, with the question under it until it is answered. */
export class RecordingBar {
  readonly root = make("div", "recording");
  private readonly line = make("p", "recording__line");
  private drawn = "";

  constructor(private readonly answer: (agrees: boolean) => void, private readonly leave: () => void) {
    this.line.setAttribute("role", "status");
    this.root.hidden = true;
    this.root.append(this.line);
  }

  /** `isOn`: the media server records; `state`: what Django knows, perhaps a moment later. */
  draw(isOn: boolean, state: Recording | null, mine: Answer): void {
    const now = isOn || state ? `${state?.by ?? ""}|${state ? mine : "agreed"}` : "";
    if (now === this.drawn) return;
    this.drawn = now;
    this.root.hidden = now === "";
    this.root.querySelector(".recording-ask")?.remove();
    this.line.replaceChildren(make("span", "recording__dot"), make("span", "", state ? `正在录制（${state.by} 开始）` : "正在录制"));
    if (!state) return;
    if (mine === "listens") this.line.append(make("span", "", "您只听会，不被录制"), button("recording__change", "改为同意录制", () => { this.answer(true); }));
    if (mine === "") this.root.append(question(this.answer, this.leave));
  }

  /** The answer did not arrive: it is asked again. */
  again(): void {
    this.drawn = "";
  }
}
