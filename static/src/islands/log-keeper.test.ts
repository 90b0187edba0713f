import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { fileStore } from "./kept-files";
import { FileRefused, LogFiles, type HeldFile } from "./log-files";
import { LogKeeper } from "./log-keeper";
import { LineCut } from "./uploads";

const store = new Map<string, HeldFile[]>();

if (!customElements.get("log-files")) customElements.define("log-files", LogFiles);
customElements.define("log-keeper", LogKeeper);

const PAGE =
  '<log-keeper person="7"><form action="/duty/log/write/"><input type="hidden" name="key" value="k1">' +
  '<input type="radio" name="kind" value="phone" checked><input name="happened_at"><textarea name="text"></textarea>' +
  "<button>记入</button></form></log-keeper>";
const PLACE = "tz.duty-log.7";

let isOnline = true;
const asked: URLSearchParams[] = [];
let answers: Response[] = [];

function form(): HTMLFormElement {
  const found = document.querySelector("form");
  if (!found) throw new Error("no form");
  return found;
}

function type(words: string): void {
  const area = document.querySelector("textarea");
  if (area) area.value = words;
}

function keptTexts(): string[] {
  const lines = JSON.parse(window.localStorage.getItem(PLACE) ?? "[]") as { fields: Record<string, string> }[];
  return lines.map((one) => one.fields["text"] ?? "");
}

async function settled(): Promise<void> {
  await vi.waitFor(() => { expect(answers).toHaveLength(0); });
  await new Promise((resolve) => setTimeout(resolve, 0));
}

beforeEach(() => {
  isOnline = true;
  asked.length = 0;
  answers = [];
  window.localStorage.clear();
  vi.spyOn(navigator, "onLine", "get").mockImplementation(() => isOnline);
  vi.stubGlobal("fetch", (_url: string, options: { body: URLSearchParams }) => {
    asked.push(options.body);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("cut"));
  });
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function withFile(): void {
  document.body.innerHTML = PAGE.replace("<button>", '<log-files subject-kind="duty.log" subject-id="3"></log-files><button>');
  document.querySelector<LogFiles>("log-files")?.add({ file: new File(["x"], "现场.png"), purpose: "attachment" });
}

describe("a line with files", () => {
  let sending: MockInstance<LogFiles["send"]>;

  beforeEach(() => {
    store.clear();
    vi.spyOn(fileStore, "keep").mockImplementation((place, files) => { store.set(place, [...files]); return Promise.resolve(); });
    vi.spyOn(fileStore, "kept").mockImplementation((place) => Promise.resolve(store.get(place) ?? []));
    vi.spyOn(fileStore, "drop").mockImplementation((place) => { store.delete(place); return Promise.resolve(); });
    sending = vi.spyOn(LogFiles.prototype, "send");
  });

  it("sends the files first and then itself with their numbers", async () => {
    withFile();
    type("来电");
    sending.mockResolvedValue([41]);
    answers = [new Response(null, { status: 422 })];
    form().requestSubmit();
    await settled();
    expect(asked[0]?.getAll("file")).toEqual(["41"]);
    expect(asked[0]?.get("text")).toBe("来电");
  });

  it("takes nothing away that is being written beside it", async () => {
    withFile();
    document.body.insertAdjacentHTML("beforeend", '<form><textarea name="summary"></textarea></form>');
    const summary = document.querySelector<HTMLTextAreaElement>("[name=summary]");
    if (summary) summary.value = "交班小结";
    type("来电");
    sending.mockResolvedValue([41]);
    answers = [new Response(null, { status: 204 })];
    form().requestSubmit();
    await vi.waitFor(() => { expect(document.querySelector("log-keeper > [role=status]")?.textContent).toBe("已记入，刷新页面可见。"); });
    expect(summary?.value).toBe("交班小结");
    expect(document.querySelector("textarea")?.value).toBe("");
    expect(form().querySelector<HTMLInputElement>("[name=key]")?.value).not.toBe("k1");
  });

  it("stays in the form when a file is refused, and says why", async () => {
    withFile();
    type("来电");
    sending.mockRejectedValue(new FileRefused("现场.png：内容不符。"));
    form().requestSubmit();
    await vi.waitFor(() => { expect(document.querySelector("log-keeper > [role=status]")?.textContent).toContain("现场.png：内容不符。"); });
    expect(document.querySelector("textarea")?.value).toBe("来电");
    expect(asked).toHaveLength(0);
  });

  it("is kept with its files when the line is cut, and both are sent once when it is back", async () => {
    withFile();
    type("来电");
    sending.mockRejectedValueOnce(new LineCut("断了"));
    form().requestSubmit();
    await vi.waitFor(() => { expect(keptTexts()).toEqual(["来电"]); });
    expect(store.get(`${PLACE}.k1`)).toHaveLength(1);
    expect(document.querySelector<LogFiles>("log-files")?.held).toEqual([]);
    expect(document.querySelector("log-keeper > [role=status]")?.textContent).toContain("附件 1 个");
    sending.mockResolvedValue([41]);
    type("正在填写");
    answers = [new Response(null, { status: 204 })];
    window.dispatchEvent(new Event("online"));
    await settled();
    await vi.waitFor(() => { expect(keptTexts()).toEqual([]); });
    expect(asked[0]?.getAll("file")).toEqual(["41"]);
    expect(store.size).toBe(0);
  });

  it("whose files the browser has lost is not sent without them", async () => {
    withFile();
    isOnline = false;
    type("来电");
    form().requestSubmit();
    await vi.waitFor(() => { expect(keptTexts()).toEqual(["来电"]); });
    store.clear();
    isOnline = true;
    window.dispatchEvent(new Event("online"));
    await vi.waitFor(() => { expect(document.querySelector("log-keeper > [role=status]")?.textContent).toContain("附件在本机已找不到"); });
    expect(asked).toHaveLength(0);
    expect(keptTexts()).toEqual(["来电"]);
  });
});

describe("a line of the log without a connection", () => {
  it("is kept with its moment, the form is emptied under another key, and is sent once", async () => {
    document.body.innerHTML = PAGE;
    isOnline = false;
    type("来电");
    form().requestSubmit();
    expect(keptTexts()).toEqual(["来电"]);
    expect(document.querySelector("textarea")?.value).toBe("");
    expect(form().querySelector<HTMLInputElement>("[name=key]")?.value).not.toBe("k1");
    isOnline = true;
    type("正在填写");
    answers = [new Response(null, { status: 204 })];
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("online"));
    await settled();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.get("key")).toBe("k1");
    const told = Date.parse(`${asked[0]?.get("happened_at") ?? ""}:00+08:00`);
    expect(Math.abs(Date.now() - told)).toBeLessThan(120_000);
    expect(keptTexts()).toEqual([]);
    expect(document.querySelector("textarea")?.value).toBe("正在填写");
  });

  it("is kept too when the connection breaks while it is sent, and stays while the server is away", async () => {
    document.body.innerHTML = PAGE;
    type("来电");
    form().dispatchEvent(new Event("htmx:sendError", { bubbles: true }));
    answers = [new Response("", { status: 503 })];
    window.dispatchEvent(new Event("online"));
    await settled();
    expect(keptTexts()).toEqual(["来电"]);
  });

  it("stays with the reason when it is refused, and can be taken back", async () => {
    document.body.innerHTML = PAGE;
    isOnline = false;
    type("来电");
    form().requestSubmit();
    isOnline = true;
    answers = [new Response(JSON.stringify({ message: "请先接班。" }), { status: 409 })];
    window.dispatchEvent(new Event("online"));
    await settled();
    await vi.waitFor(() => { expect(document.querySelector("[role=status]")?.textContent).toContain("请先接班。"); });
    window.dispatchEvent(new Event("online"));
    expect(asked).toHaveLength(1);
    document.querySelector<HTMLButtonElement>("[role=status] button")?.click();
    expect(document.querySelector("textarea")?.value).toBe("来电");
    expect(form().querySelector<HTMLInputElement>("[name=key]")?.value).toBe("k1");
    expect(keptTexts()).toEqual([]);
  });

  it("is shown with its words where there is no watch to write it in, and is neither sent nor lost", () => {
    window.localStorage.setItem(PLACE, JSON.stringify([{ fields: { key: "k1", text: "来电：渔船失联", happened_at: "2026-11-02T10:05" }, refusal: "" }]));
    document.body.innerHTML = '<log-keeper person="7"></log-keeper>';
    const box = document.querySelector("[role=status]");
    expect(box?.textContent).toContain("接班后自动记入");
    expect(box?.textContent).toContain("2026-11-02 10:05 来电：渔船失联");
    window.dispatchEvent(new Event("online"));
    expect(asked).toHaveLength(0);
    const [copy, drop] = [...document.querySelectorAll<HTMLButtonElement>("[role=status] button")];
    copy?.click();
    expect(document.querySelector("textarea")?.value).toBe("2026-11-02 10:05\n来电：渔船失联");
    const sure = vi.spyOn(window, "confirm").mockReturnValue(false);
    drop?.click();
    expect(keptTexts()).toHaveLength(1);
    sure.mockReturnValue(true);
    document.querySelectorAll<HTMLButtonElement>("[role=status] button")[1]?.click();
    expect(keptTexts()).toEqual([]);
    expect(box?.textContent).toBe("");
  });

  it("of somebody else is not sent", async () => {
    window.localStorage.setItem("tz.duty-log.8", JSON.stringify([{ fields: { key: "x", text: "他人" }, refusal: "" }]));
    document.body.innerHTML = PAGE;
    await settled();
    expect(asked).toHaveLength(0);
  });
});
