import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventForm, filled, knownOnly } from "./event-form";
import { LogFiles } from "./log-files";

if (!customElements.get("log-files")) customElements.define("log-files", LogFiles);
customElements.define("event-form", EventForm);

const submitted: string[][] = [];

beforeEach(() => {
  submitted.length = 0;
  document.body.innerHTML =
    '<script type="application/json" id="report-templates">{"accident":"事故模板","health":"疫情模板"}</script>' +
    '<event-form><form><input type="radio" name="event_class" value="accident"><input type="radio" name="event_class" value="health">' +
    '<textarea name="text"></textarea><log-files no-voice></log-files><button name="do" value="report">报</button></form></event-form>';
  form().addEventListener("submit", (event) => {
    event.preventDefault();
    submitted.push(new FormData(form()).getAll("file").map(String));
  });
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.restoreAllMocks();
});

function form(): HTMLFormElement {
  const found = document.querySelector("form");
  if (!found) throw new Error("no form");
  return found;
}

function words(): HTMLTextAreaElement {
  const found = document.querySelector("textarea");
  if (!found) throw new Error("no words");
  return found;
}

function choose(value: string): void {
  document.querySelector<HTMLInputElement>(`[value=${value}]`)?.click();
}

describe("the form of a first report", () => {
  it("brings the template of the class and never replaces what somebody wrote", () => {
    choose("accident");
    expect(words().value).toBe("事故模板");
    choose("health");
    expect(words().value).toBe("疫情模板");
    words().value = "疫情模板，三人";
    choose("accident");
    expect(words().value).toBe("疫情模板，三人");
  });

  it("sends photos first and names exactly those that are held", async () => {
    const files = document.querySelector<LogFiles>("log-files");
    vi.spyOn(LogFiles.prototype, "send").mockImplementation(function (this: LogFiles) {
      for (const one of this.held) one.id = 5;
      return Promise.resolve([5]);
    });
    files?.add({ file: new File(["x"], "a.png"), purpose: "attachment" });
    form().requestSubmit();
    await vi.waitFor(() => { expect(submitted).toEqual([["5"]]); });
    document.querySelector<HTMLButtonElement>("log-files li button")?.click();
    form().requestSubmit();
    expect(submitted).toEqual([["5"], []]);
  });

  it("is not sent without its photo when that is lost on the way, and says how to go on", async () => {
    document.querySelector<LogFiles>("log-files")?.add({ file: new File(["x"], "a.png"), purpose: "attachment" });
    vi.spyOn(LogFiles.prototype, "send").mockRejectedValue(new Error("网络不稳定，"));
    form().requestSubmit();
    await vi.waitFor(() => { expect(document.querySelector("[role=status]")?.textContent).toContain("可去掉照片先报"); });
    expect(submitted).toEqual([]);
  });
});

const ACCIDENT =
  "×日×时×分，××（单位、地点）发生××事故。据初步了解，死亡×人、失联×人、受伤×人（其中重伤×人），现场涉及××（危险源），周边影响××。事故原因正在调查，救援力量××已赶赴现场。";

describe("a template", () => {
  it("takes time, place and figures from the form and leaves what is not known out", () => {
    const text = filled(ACCIDENT, { occurred_at: "2026-11-30T03:05", place: "化工园区", title: "一厂房爆燃", deaths: "3", missing: "" });
    expect(text).toContain("30日3时5分，一厂房爆燃（化工园区）。据初步了解，死亡3人、失联×人");
    expect(knownOnly(text)).toBe("30日3时5分，一厂房爆燃（化工园区）。据初步了解，死亡3人。事故原因正在调查。");
  });

  it("keeps its gaps while nothing is known, and no sentence is left of gaps alone", () => {
    expect(filled(ACCIDENT, {})).toBe(ACCIDENT);
    expect(knownOnly("×日×时，××。据初步了解，死亡×人。")).toBe("");
    expect(knownOnly("破口约3×5厘米（2×2米井内），泄漏××吨。")).toBe("破口约3×5厘米（2×2米井内）。");
  });
});
