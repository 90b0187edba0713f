import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Autosave, type SaveState } from "./autosave";

describe("autosave", () => {
  const states: SaveState[] = [];
  const sent: { body: string; expected_version: number }[] = [];
  let answers: (Response | Error)[] = [];
  let text = "";

  function made(): Autosave {
    return new Autosave({
      url: "/api/v1/documents/7/",
      key: "7",
      version: 3,
      payload: () => ({ body: text }),
      tell: (state) => states.push(state),
      saved: () => undefined,
    });
  }

  beforeEach(() => {
    vi.useFakeTimers();
    window.localStorage.clear();
    states.length = sent.length = 0;
    text = "甲";
    vi.stubGlobal("fetch", (_url: string, options: RequestInit) => {
      sent.push(JSON.parse(String(options.body)) as { body: string; expected_version: number });
      const next = answers.shift();
      return next instanceof Response ? Promise.resolve(next) : Promise.reject(next ?? new Error("no network"));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const ok = (version: number) => new Response(JSON.stringify({ version }));

  it("saves once after a burst of changes and goes on from the new version", async () => {
    answers = [ok(4), ok(5)];
    const save = made();
    for (const part of ["甲", "甲乙", "甲乙丙"]) {
      text = part;
      save.schedule();
    }
    await vi.runAllTimersAsync();
    save.schedule();
    await vi.runAllTimersAsync();
    expect(sent).toEqual([{ body: "甲乙丙", expected_version: 3 }, { body: "甲乙丙", expected_version: 4 }]);
    expect(save.kept()).toBeNull();
  });

  it("keeps the text on this device while the network is away and sends it later", async () => {
    answers = [new Error("away"), ok(4)];
    const save = made();
    save.schedule();
    await vi.advanceTimersByTimeAsync(1300);
    expect(states.at(-1)).toBe("kept");
    expect(save.kept()?.payload["body"]).toBe("甲");
    await vi.advanceTimersByTimeAsync(4000);
    expect(states.at(-1)).toBe("saved");
    expect(save.kept()).toBeNull();
  });

  it("keeps the text when the session has ended", async () => {
    answers = [new Response("{}", { status: 401 })];
    const save = made();
    save.schedule();
    await vi.advanceTimersByTimeAsync(1300);
    expect(states.at(-1)).toBe("expired");
    expect(save.kept()?.payload["body"]).toBe("甲");
  });

  it("never overwrites another writer: a conflict stops saving and keeps the text", async () => {
    answers = [new Response(JSON.stringify({ message: "已被修改" }), { status: 409 }), ok(9)];
    const save = made();
    save.schedule();
    await vi.runAllTimersAsync();
    text = "甲乙";
    save.schedule();
    save.flush();
    await vi.runAllTimersAsync();
    expect(sent).toHaveLength(1);
    expect(states.at(-1)).toBe("conflict");
    expect(save.kept()?.payload["body"]).toBe("甲乙");
  });

  it("neither writes over nor forgets a copy of an earlier visit before it is answered", async () => {
    answers = [ok(4)];
    window.localStorage.setItem("tz.draft.7", JSON.stringify({ version: 2, payload: { body: "旧" }, at: "1" }));
    const save = made();
    const [copy] = save.aside();
    save.schedule();
    await vi.runAllTimersAsync();
    expect(states.at(-1)).toBe("saved");
    expect(made().aside().map((kept) => kept.payload["body"])).toEqual(["旧"]);
    if (copy) save.settle(copy);
    expect(made().aside()).toEqual([]);
    expect(Object.keys(window.localStorage)).toEqual([]);
  });
});
