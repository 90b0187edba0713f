import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveSocket } from "./live-socket";

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  static made: FakeSocket[] = [];
  readyState = 1;
  sent: string[] = [];
  constructor(readonly url: URL) {
    super();
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = FakeSocket.CLOSED;
  }
  lose(code = 1006): void {
    this.close();
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

describe("live-socket", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.made = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    if (!customElements.get("live-socket")) customElements.define("live-socket", LiveSocket);
  });
  afterEach(() => {
    document.body.replaceChildren();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("turns a frame into an event on the body", () => {
    document.body.append(document.createElement("live-socket"));
    const seen: string[] = [];
    document.body.addEventListener("live:inbox", () => seen.push("inbox"));
    FakeSocket.made[0]?.dispatchEvent(new MessageEvent("message", { data: '{"kind":"inbox","ids":[1],"v":null}' }));
    expect(seen).toEqual(["inbox"]);
  });

  it("opens again after a loss and asks for everything", () => {
    document.body.append(document.createElement("live-socket"));
    const seen: string[] = [];
    document.body.addEventListener("live:notices", () => seen.push("notices"));
    FakeSocket.made[0]?.lose();
    vi.advanceTimersByTime(LiveSocket.pause(0) + 1);
    expect(FakeSocket.made).toHaveLength(2);
    FakeSocket.made[1]?.dispatchEvent(new Event("open"));
    expect(seen).toEqual(["notices"]);
  });

  it("keeps one socket when the network comes back before its own next attempt", () => {
    document.body.append(document.createElement("live-socket"));
    FakeSocket.made[0]?.lose();
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(2);
  });

  it("asks again from time to time while a gate stands before the screen", () => {
    document.body.append(document.createElement("live-socket"));
    FakeSocket.made[0]?.lose(4403);
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it("stays closed for a stranger", () => {
    document.body.append(document.createElement("live-socket"));
    FakeSocket.made[0]?.lose(4401);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("fetches frames by long polling when no socket gets through", async () => {
    const answers = [{ cursor: "a", frames: [] }, { cursor: "b", frames: [{ kind: "chat", ids: [5], v: null }] }];
    const asked: string[] = [];
    vi.stubGlobal("fetch", (url: string) => {
      asked.push(url);
      const body = answers.shift();
      return body ? Promise.resolve(new Response(JSON.stringify(body))) : new Promise(() => undefined);
    });
    const seen: string[] = [];
    for (const kind of ["resync", "chat"]) document.body.addEventListener(`live:${kind}`, () => seen.push(kind));
    document.body.append(document.createElement("live-socket"));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      FakeSocket.made[attempt]?.lose();
      await vi.advanceTimersByTimeAsync(LiveSocket.pause(attempt) + 1);
    }
    expect(asked).toEqual(["/live/poll/?cursor=", "/live/poll/?cursor=a", "/live/poll/?cursor=b"]);
    expect(seen).toEqual(["resync", "chat", "chat"]);
  });
});
