// <film-player>: the film of a meeting under the reader's mark. Full screen takes the mark along; a place on the list is jumped to.

const MISSING = "录制暂时不能播放，请检查网络后刷新页面；如已删除请联系会议承办人。";

class FilmPlayer extends HTMLElement {
  private readonly stop = new AbortController();

  connectedCallback(): void {
    const video = this.querySelector("video");
    const stage = this.querySelector<HTMLElement>("[data-stage]");
    const whole = this.querySelector<HTMLButtonElement>("[data-whole]");
    if (!video || !stage || !whole) return;
    const { signal } = this.stop;
    whole.hidden = !document.fullscreenEnabled;
    whole.addEventListener("click", () => { void (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()); }, { signal });
    stage.addEventListener("dblclick", () => { if (document.fullscreenEnabled) whole.click(); }, { signal });
    for (const place of this.querySelectorAll<HTMLButtonElement>("[data-second]")) {
      place.addEventListener("click", () => {
        video.currentTime = Number(place.dataset["second"]);
        video.play().catch(() => undefined);
      }, { signal });
    }
    video.addEventListener("timeupdate", () => { this.mark(video.currentTime); }, { signal });
    video.addEventListener("error", () => { this.tell(MISSING); }, { signal });
    video.addEventListener("contextmenu", (event) => { event.preventDefault(); }, { signal });
  }

  disconnectedCallback(): void {
    this.stop.abort();
  }

  /** The place that plays now. */
  private mark(second: number): void {
    const places = [...this.querySelectorAll<HTMLButtonElement>("[data-second]")];
    const current = places.filter((one) => Number(one.dataset["second"]) <= second + 0.05).at(-1);
    for (const one of places) {
      if (one === current) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
  }

  private tell(words: string): void {
    const bar = this.querySelector<HTMLElement>("[data-trouble]");
    const text = bar?.querySelector("span");
    if (!bar || !text) return;
    text.textContent = words;
    bar.hidden = false;
  }
}

/** Called once the page is known to hold one. */
export function register(): void {
  customElements.define("film-player", FilmPlayer);
}
