import { describe, expect, it } from "vitest";
import { ChatLog, type Entry } from "./chat-log";

function entry(seq: number, more: Partial<Entry> = {}): Entry {
  return {
    c: 1, seq, kind: "message", sender: { id: 7, name: "许若溪", post: "" }, text: `第${String(seq)}句`, mention_ids: [],
    mention_all: false, quote: null, files: [], card: null, must: false, target: null, recalled: false, hidden: false,
    client_id: "", at: "2026-11-23T09:00:00+08:00", ...more,
  };
}

function held(log: ChatLog): number[] {
  return log.entries.map((one) => one.seq);
}

describe("ChatLog", () => {
  it("appends what follows, ignores what it has, and says when something is missing", () => {
    const log = new ChatLog(1);
    expect(log.apply(entry(5))).toBe("added");
    expect(log.apply(entry(6))).toBe("added");
    expect(log.apply(entry(6))).toBe("known");
    expect(log.apply(entry(8))).toBe("gap");
    expect(held(log)).toEqual([5, 6]);
  });

  it("fills a gap from a page that overlaps", () => {
    const log = new ChatLog(1);
    log.extend([entry(1), entry(2)]);
    expect(log.apply(entry(5))).toBe("gap");
    expect(log.extend([entry(2), entry(3), entry(4), entry(5)]).map((one) => one.seq)).toEqual([3, 4, 5]);
    expect(log.apply(entry(5))).toBe("known");
    expect(held(log)).toEqual([1, 2, 3, 4, 5]);
  });

  it("tells when what may be seen no longer follows what is held", () => {
    const log = new ChatLog(1);
    expect(log.joins(31)).toBe(true);
    log.extend([entry(9), entry(10)]);
    expect(log.joins(1)).toBe(true);
    expect(log.joins(11)).toBe(true);
    expect(log.joins(31)).toBe(false); // taken out at 10, let in again at 30
    log.restart([entry(31)]);
    expect(log.apply(entry(32))).toBe("added");
    expect(held(log)).toEqual([31, 32]);
  });

  it("takes older pages without doubling", () => {
    const log = new ChatLog(1);
    log.extend([entry(5), entry(6)]);
    expect(log.precede([entry(3), entry(4), entry(5)]).map((one) => one.seq)).toEqual([3, 4]);
    expect(held(log)).toEqual([3, 4, 5, 6]);
  });

  it("takes the words of a recalled message away and keeps one's own for writing anew", () => {
    const log = new ChatLog(7);
    log.extend([entry(1), entry(2, { kind: "recall", target: 1 })]);
    expect(log.get(1)?.recalled).toBe(true);
    expect(log.get(1)?.text).toBe("");
    expect(log.wordsOf(1)).toBe("第1句");
  });

  it("ends what is on its way when the entry comes, whichever way it comes", () => {
    const log = new ChatLog(7);
    log.begin({ client_id: "a", text: "你好", mention_ids: [], mention_all: false, quote_seq: null, file_ids: [], must: null }, "");
    expect(log.apply(entry(1, { client_id: "a", sender: { id: 8, name: "他", post: "" } }))).toBe("added");
    expect(log.pending.size).toBe(1);
    log.apply(entry(2, { client_id: "a" }));
    expect(log.pending.size).toBe(0);
  });

  it("is the same whatever the order in which frames and pages come", () => {
    const all = Array.from({ length: 9 }, (_, place) => entry(place + 1));
    for (let shift = 0; shift < 9; shift += 1) {
      const log = new ChatLog(1);
      log.extend(all.slice(0, 2));
      const frames = [...all.slice(shift), ...all.slice(0, shift)];
      for (const frame of frames) if (log.apply(structuredClone(frame)) === "gap") log.extend(structuredClone(all.slice(log.last - 1, frame.seq)));
      expect(held(log)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });
});
