// What stands in place of the room when one is not, or no longer, in it.
import { make } from "../islands/dom";

const GOODBYES: Record<string, string> = {
  removed: "主持人已请您离开会议。",
  ended: "主持人已结束视频会议。",
  replaced: "您已在另一个窗口或设备入会，这里已退出。",
  "refused:full": "会议人数已满，请联系主持人。",
  "refused:crowded": "正在进行的视频会议太多，请稍后再试，或联系管理员。",
  "refused:removed": "主持人已请您离开会议。",
};
const REFUSED = "这个浏览器的音视频格式不受支持，请换用新版 Chrome、Edge、Firefox 或 Safari 后重新进入。";
const BROKEN = "视频会议已中断，请重新进入。";

/** In words why the media server let one go. */
export function goodbyeWords(why: string): string {
  return GOODBYES[why] ?? (why.startsWith("refused:") ? REFUSED : BROKEN);
}

/** The words, with ways on: in again, and back to the meeting when there is a page of it. */
export function farewell(words: string, back: string, mayReturn: boolean): HTMLElement {
  const card = make("div", "room-card");
  card.append(make("p", "room-card__text", words));
  const acts = make("p", "room-card__acts");
  if (mayReturn) {
    const again = make("a", "button button--primary", "重新进入");
    again.href = window.location.href;
    acts.append(again);
  }
  if (back) {
    const link = make("a", "button", "返回会议");
    link.href = back;
    acts.append(link);
  }
  card.append(acts);
  return card;
}
