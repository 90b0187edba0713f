import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { register, type Facts } from "./page-show";

const PAGES = [1, 2, 3, 4].map((number) => ({ url: `/files/7/pages/${String(number)}.png`, width: 1240, height: 1754 }));
const FACTS: Facts = { id: 5, over: false, hears: true, turn: 1, page: 2, name: "汇报.pdf", item: "数据目录", presenter: "罗景明", mine: false, leads: false, pages: PAGES };

function place(facts: Facts): void {
  document.body.innerHTML =
    `<page-show data-state="/state/" data-turn="/turn/"><script type="application/json">${JSON.stringify(facts)}</script>` +
    '<figure data-sheet><img class="sheet__image"></figure><b data-presenter></b><b data-page></b><button data-step="-1"></button><button data-step="1"></button>' +
    '<i data-following></i><i data-apart hidden><b data-live></b></i><button data-rejoin hidden></button><i data-cut hidden></i></page-show>';
}

describe("page-show", () => {
  const answer = vi.fn<(url: string, options?: RequestInit) => Promise<Response>>();
  const json = (facts: Facts): Promise<Response> => Promise.resolve(new Response(JSON.stringify(facts)));
  const image = (): string => document.querySelector(".sheet__image")?.getAttribute("src") ?? "";
  const press = (place: string): void => { document.querySelector<HTMLElement>(place)?.click(); };
  const hidden = (place: string): boolean => document.querySelector<HTMLElement>(place)?.hidden ?? true;
  const told = async (): Promise<void> => {
    document.body.dispatchEvent(new CustomEvent("live:showing"));
    await vi.advanceTimersByTimeAsync(1);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", answer);
    answer.mockReset();
    register();
  });

  afterEach(() => {
    document.body.innerHTML = "";
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("lands on the presenter's page and follows", async () => {
    place(FACTS);
    expect(image()).toBe(PAGES[1]?.url);
    answer.mockImplementation(() => json({ ...FACTS, turn: 2, page: 4 }));
    await told();
    expect(image()).toBe(PAGES[3]?.url);
    answer.mockImplementation(() => json({ ...FACTS, turn: 1, page: 2 })); // an answer that was overtaken
    await told();
    expect(image()).toBe(PAGES[3]?.url);
  });

  it("stays cut off when an answer from before comes late", async () => {
    place(FACTS);
    let late: (answer: Response) => void = () => undefined;
    answer.mockImplementationOnce(() => new Promise((done) => { late = done; }));
    await told();
    answer.mockImplementationOnce(() => Promise.reject(new TypeError("offline")));
    await told();
    expect(hidden("[data-cut]")).toBe(false);
    late(new Response(JSON.stringify(FACTS)));
    await vi.advanceTimersByTimeAsync(1);
    expect(hidden("[data-cut]")).toBe(false);
    answer.mockImplementation(() => json(FACTS));
    await told();
    expect(hidden("[data-cut]")).toBe(true);
  });

  it("turns by the frame alone where only the page has changed", async () => {
    place(FACTS);
    const frame = (ids: number[], v: number): boolean => document.body.dispatchEvent(new CustomEvent("live:showing", { detail: { kind: "showing", ids, v } }));
    frame([1, 5, 3], 2);
    expect(image()).toBe(PAGES[2]?.url);
    frame([1, 5, 1], 1);
    expect(image()).toBe(PAGES[2]?.url);
    expect(answer).not.toHaveBeenCalled();
    answer.mockImplementation(() => json({ ...FACTS, turn: 3, page: 4 }));
    frame([1, 5, 0], 3);
    await vi.advanceTimersByTimeAsync(1);
    expect(image()).toBe(PAGES[3]?.url);
  });

  it("lets the reader leaf apart and come back", async () => {
    place(FACTS);
    press("[data-step='1']");
    expect(hidden("[data-apart]")).toBe(false);
    answer.mockImplementation(() => json({ ...FACTS, turn: 2, page: 4 }));
    await told();
    expect(image()).toBe(PAGES[2]?.url);
    expect(document.querySelector("[data-live]")?.textContent).toBe("4");
    press("[data-rejoin]");
    expect(image()).toBe(PAGES[3]?.url);
    expect(hidden("[data-apart]")).toBe(true);
    expect(answer.mock.calls.some(([url]) => url === "/turn/")).toBe(false);
  });

  it("sends the presenter's last page, and once more when the line is back", async () => {
    place({ ...FACTS, mine: true });
    answer.mockRejectedValue(new TypeError("cut"));
    press("[data-step='1']");
    press("[data-step='1']");
    await vi.advanceTimersByTimeAsync(1);
    expect(image()).toBe(PAGES[3]?.url);
    expect(hidden("[data-cut]")).toBe(false);
    answer.mockReset();
    answer.mockImplementation((url) => json(url === "/turn/" ? { id: 5, turn: 3, page: 4 } : { ...FACTS, mine: true }));
    await vi.advanceTimersByTimeAsync(10_001);
    const sent = answer.mock.calls.filter(([url]) => url === "/turn/");
    expect(sent).toHaveLength(1);
    expect((sent[0]?.[1]?.body as URLSearchParams).get("page")).toBe("4");
    expect(image()).toBe(PAGES[3]?.url);
    expect(hidden("[data-cut]")).toBe(true);
  });
});
