// Live numbers of the frame: after a live event, fetch them once and fill every [data-counter].
const QUIET_MS = 300;

/** Listen on <body>; events close together cause one request. */
export function startLiveCounts(page: Document, url = "/live/counts/"): void {
  let waiting = 0;
  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void refresh(page, url), QUIET_MS);
  };
  page.body.addEventListener("live:inbox", soon);
  page.body.addEventListener("live:notices", soon);
  page.body.addEventListener("live:chat", soon);
  page.body.addEventListener("live:chat.entry", soon);
}

/** Fill the numbers; an empty one hides its badge. A failed request leaves them as they are. */
export async function refresh(page: Document, url: string): Promise<void> {
  if (!page.querySelector("[data-counter]")) return;
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const numbers = (await answer.json()) as Record<string, string>;
  for (const badge of page.querySelectorAll<HTMLElement>("[data-counter]")) {
    const shown = numbers[badge.dataset["counter"] ?? ""] ?? "";
    badge.textContent = shown;
    badge.hidden = shown === "";
  }
}
