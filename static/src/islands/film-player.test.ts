import { beforeAll, describe, expect, it, vi } from "vitest";
import { register } from "./film-player";

beforeAll(() => { if (!customElements.get("film-player")) register(); });

function player(): HTMLElement {
  document.body.innerHTML = `<film-player><div data-stage><video></video></div><button data-whole hidden></button>
    <p data-trouble hidden><span></span></p><button data-second="0.0">a</button><button data-second="6.0">b</button></film-player>`;
  return document.body.querySelector("film-player") as HTMLElement;
}

describe("film-player", () => {
  it("jumps to a place and marks the one that plays", () => {
    const film = player();
    const video = film.querySelector("video") as HTMLVideoElement;
    video.play = vi.fn(() => Promise.resolve());
    const [first, second] = [...film.querySelectorAll<HTMLElement>("[data-second]")];
    second?.click();
    expect(video.currentTime).toBe(6);
    video.dispatchEvent(new Event("timeupdate"));
    expect(second?.hasAttribute("aria-current")).toBe(true);
    expect(first?.hasAttribute("aria-current")).toBe(false);
  });

  it("says when the film cannot be played", () => {
    const film = player();
    film.querySelector("video")?.dispatchEvent(new Event("error"));
    expect(film.querySelector<HTMLElement>("[data-trouble]")?.hidden).toBe(false);
    expect(film.textContent).toContain("暂时不能播放");
  });
});
