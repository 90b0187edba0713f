import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { register, type RosterGrid } from "./roster-grid";

register();

const PEOPLE: [string, string, string][] = [["11", "1", "周甲"], ["12", "2", "吴乙"], ["13", "3", "郑丙"]];
const LEADERS: [string, string, string][] = [["21", "9", "王长"]];
let places: Record<string, string> = {};
let finding = "";

function field(key: string, label: string, people: [string, string, string][], value: string): string {
  const options = people.map(([id, person, name]) => `<option value="${id}" data-person="${person}"${id === value ? " selected" : ""}>${name}</option>`);
  return `<td data-cell="${key}"><select name="place-${key}" aria-label="${label}"><option value="">—</option>${options.join("")}</select></td>`;
}

function page(attributes = "may-clear"): void {
  document.body.innerHTML = source(attributes);
}

function source(attributes: string): string {
  return `<roster-grid check="/check/" reach="/reach/" ${attributes}><form method="post"><ul data-hands hidden>` +
    PEOPLE.map(([, person, name]) => `<li><button type="button" data-person="${person}" data-count="0">${name} <span data-held>0</span></button></li>`).join("") +
    `</ul><table><tbody><tr>${field("1-5", "11月1日 带班领导", LEADERS, "21")}${field("1-6", "11月1日 主班", PEOPLE, "11")}</tr>` +
    `<tr>${field("2-5", "11月2日 带班领导", LEADERS, "")}${field("2-6", "11月2日 主班", PEOPLE, "12")}</tr></tbody></table>` +
    '<div data-hint hidden><p data-said></p><button type="button" data-cancel hidden></button><button type="button" data-undo hidden></button></div>' +
    '<span data-left></span><button data-saved-first>智能编排</button></form></roster-grid><div data-roster-check></div>';
}

const spot = (key: string): HTMLButtonElement => document.querySelector(`[data-spot="${key}"]`) as HTMLButtonElement;
const said = (): string => document.querySelector("[data-said]")?.textContent ?? "";
const press = (key: string, options: KeyboardEventInit = {}): void => {
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
};

beforeEach(() => {
  places = {};
  finding = "";
  vi.stubGlobal("fetch", vi.fn((address: string) => Promise.resolve(
    address === "/reach/"
      ? new Response(JSON.stringify({ places }))
      : new Response(`<section data-empty="1"><ul>${finding ? `<li data-place="2-6">${finding}</li>` : ""}</ul></section>`),
  )));
});

afterEach(() => {
  document.querySelector<RosterGrid>("roster-grid")?.remove();
  vi.unstubAllGlobals();
});

describe("roster-grid", () => {
  it("exchanges two names by two taps and has the month judged", async () => {
    page();
    finding = "间隔不足";
    spot("1-6").click();
    expect(spot("1-6").getAttribute("aria-pressed")).toBe("true");
    spot("2-6").click();
    expect([spot("1-6").textContent, spot("2-6").textContent]).toEqual(["吴乙", "周甲"]);
    expect(document.querySelector<HTMLSelectElement>("[name=place-2-6]")?.value).toBe("11");
    await vi.waitFor(() => { expect(document.querySelector('[data-cell="2-6"]')?.className).toBe("roster-table__wrong"); });
    expect(document.querySelector("[data-left]")?.textContent).toBe("还有 1 个空缺");
  });

  it("knows what was changed before it stood, such as what was put back after a lock", () => {
    const parts = document.createElement("template");
    parts.innerHTML = source("may-clear");
    const select = parts.content.querySelector<HTMLSelectElement>("[name=place-1-6]");
    if (select) select.value = "12";
    document.body.replaceChildren(parts.content);
    expect(spot("1-6").hasAttribute("data-changed")).toBe(true);
    expect(said()).toBe("未保存改动 1 处。");
  });

  it("works by keyboard and takes a step back", () => {
    page();
    spot("1-6").focus();
    spot("1-6").click();
    press("ArrowDown");
    expect(document.activeElement).toBe(spot("2-6"));
    spot("2-6").click();
    expect(spot("2-6").textContent).toBe("周甲");
    press("z", { ctrlKey: true });
    expect(spot("2-6").textContent).toBe("吴乙");
    expect(said()).toContain("没有未保存的改动");
  });

  it("says what a place would break before it is put there", async () => {
    page();
    places = { "2-6": "与前后班次间隔不足" };
    spot("1-6").click();
    await vi.waitFor(() => { expect(spot("2-6").getAttribute("data-reach")).toBe("wrong"); });
    spot("1-6").focus();
    press("ArrowDown");
    expect(said()).toContain("与前后班次间隔不足");
    press("Escape");
    expect(spot("2-6").hasAttribute("data-reach")).toBe(false);
  });

  it("refuses who does not serve at the post and keeps everything", () => {
    page();
    spot("1-6").click();
    spot("1-5").click();
    expect(said()).toContain("周甲不在“带班领导”可值班人员中");
    expect(spot("1-5").textContent).toBe("王长");
  });

  it("puts somebody from the row of people and counts them", () => {
    page();
    document.querySelector<HTMLElement>('[data-hands] [data-person="3"]')?.click();
    spot("2-6").click();
    expect(spot("2-6").textContent).toBe("郑丙");
    expect(document.querySelector('[data-hands] [data-person="3"] [data-held]')?.textContent).toBe("1");
    expect(document.querySelector('[data-hands] [data-person="2"] [data-held]')?.textContent).toBe("-1");
  });

  it("empties a place only while the roster is a draft", () => {
    page("");
    spot("1-6").focus();
    press("Delete");
    expect(spot("1-6").textContent).toBe("周甲");
    expect(said()).toContain("不能空缺");
    page();
    spot("1-6").focus();
    press("Delete");
    expect(spot("1-6").textContent).toBe("空");
  });

  it("asks to save before the month is arranged by rule, and before the page is left", () => {
    page();
    document.querySelector("form")?.addEventListener("submit", (event) => { event.preventDefault(); });
    spot("1-6").click();
    spot("2-6").click();
    document.querySelector<HTMLElement>("[data-saved-first]")?.click();
    expect(said()).toContain("请先保存或撤销");
    const leaving = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
  });
});
