import { describe, expect, it } from "vitest";
import { farewell, goodbyeWords } from "./farewell";

describe("when one is no longer in the room", () => {
  it("says why, and tells a browser that cannot from a line that broke", () => {
    expect(goodbyeWords("removed")).toBe("主持人已请您离开会议。");
    expect(goodbyeWords("refused:full")).toContain("人数已满");
    expect(goodbyeWords("refused:codecs")).toContain("请换用新版");
    expect(goodbyeWords("lost")).toBe("视频会议已中断，请重新进入。");
  });

  it("offers the way in again only to who was in, the way back only where there is one", () => {
    const links = (card: HTMLElement) => [...card.querySelectorAll("a")].map((link) => link.textContent);
    expect(links(farewell("您已离开会议。", "/meetings/3/", true))).toEqual(["重新进入", "返回会议"]);
    expect(links(farewell("此链接已失效。", "", false))).toEqual([]);
  });
});
