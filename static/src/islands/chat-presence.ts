// Who is there: a mark beside the people in view, asked for now and then while the page is visible, and never of anybody else.
const EVERY = 30_000;
const MOST = 100;

export type Ask = (people: string[]) => Promise<{ live: number[] }>;

export class ChatPresence {
  private readonly shown = new Set<HTMLElement>();
  private readonly eyes: IntersectionObserver;
  private readonly changes: MutationObserver;
  private readonly timer: number;
  private soon = 0;

  constructor(
    private readonly places: HTMLElement[],
    private readonly ask: Ask,
  ) {
    this.eyes = new IntersectionObserver((entries) => { this.see(entries); });
    this.changes = new MutationObserver(() => { this.find(); });
    for (const place of places) this.changes.observe(place, { childList: true, subtree: true });
    this.timer = window.setInterval(() => void this.look(), EVERY);
    this.find();
  }

  stop(): void {
    this.eyes.disconnect();
    this.changes.disconnect();
    window.clearInterval(this.timer);
    window.clearTimeout(this.soon);
  }

  private find(): void {
    for (const mark of this.shown) if (!mark.isConnected) this.shown.delete(mark);
    for (const place of this.places) for (const mark of place.querySelectorAll<HTMLElement>("[data-present]")) this.eyes.observe(mark);
  }

  private see(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const mark = entry.target as HTMLElement;
      if (entry.isIntersecting) this.shown.add(mark);
      else this.shown.delete(mark);
    }
    window.clearTimeout(this.soon);
    this.soon = window.setTimeout(() => void this.look(), 300);
  }

  private async look(): Promise<void> {
    const marks = [...this.shown].slice(0, MOST);
    if (document.hidden || !marks.length) return;
    const people = [...new Set(marks.map((mark) => mark.dataset["present"] ?? ""))];
    const answer = await this.ask(people).catch(() => null);
    if (!answer) return;
    const live = new Set(answer.live.map(String));
    for (const mark of marks) {
      const isLive = live.has(mark.dataset["present"] ?? "");
      const words = isLive ? "在线" : "";
      // an unchanged mark is left alone: each change would call the observer again
      if (mark.textContent !== words) mark.textContent = words;
    }
  }
}
