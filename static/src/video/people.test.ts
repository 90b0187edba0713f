import { describe, expect, it } from "vitest";
import { standInNews } from "./people";
import type { Person } from "./tiles";

function person(id: string, name: string, standsIn = false): Person {
  return { id, name, unit: "", post: "", state: "admitted", leads: standsIn, cohost: false, deputy: false, standsIn, hand: false, guest: false, shut: [], recorded: "" };
}

describe("standInNews", () => {
  const calm = [person("1", "高文澜"), person("2", "何书航")];
  const stood = [person("1", "高文澜", true), person("2", "何书航")];

  it("says who keeps order for the hosts, and to whom it falls", () => {
    expect(standInNews(calm, stood, "2")).toBe("主持人已离线，由 高文澜 代行主持。");
    expect(standInNews(calm, stood, "1")).toContain("由您代行主持");
  });

  it("says when it ends, and nothing when nothing changes", () => {
    expect(standInNews(stood, calm, "2")).toBe("会场已有主持人，高文澜 代行主持结束。");
    expect(standInNews(stood, calm, "1")).toContain("您的代行主持结束");
    expect(standInNews(stood, stood, "1")).toBe("");
    expect(standInNews(calm, calm, "1")).toBe("");
  });
});
