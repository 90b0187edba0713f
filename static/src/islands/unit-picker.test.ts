import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UnitPicker } from "./unit-picker";

HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
Element.prototype.scrollIntoView = () => undefined;

const organ = (id: number, name: string, has_children = false) => ({
  key: `organ:${String(id)}`, kind: "organ", id, name, detail: "", has_children,
});
const ANSWERS: Record<string, unknown[]> = {
  "/api/v1/units/?parent=&picks=organ": [organ(1, "岱海市人民政府", true)],
  "/api/v1/units/?parent=organ%3A1&picks=organ": [organ(2, "市财政局"), organ(3, "市教育局"), organ(4, "青石县", true)],
  "/api/v1/units/?parent=organ%3A4&picks=organ": [organ(5, "青石镇")],
  "/api/v1/directory/?q=jy&kind=organ": [organ(3, "市教育局")],
  "/api/v1/groups/": [{ name: "各部门", members: [organ(2, "市财政局"), organ(3, "市教育局")] }],
};

function place(multiple: boolean, chosen: unknown[] = []): HTMLFormElement {
  document.body.innerHTML = `<form><unit-picker name="main" picks="organ" label="选择主送机关"${multiple ? " multiple" : ""}><script type="application/json">${JSON.stringify(chosen)}</script></unit-picker></form>`;
  return document.querySelector("form") as HTMLFormElement;
}

const press = (key: string, more: KeyboardEventInit = {}) =>
  document.querySelector("dialog input")?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
const names = () => [...document.querySelectorAll(".node__name")].map((node) => node.textContent);
const opened = async (count: number) => {
  document.querySelector<HTMLButtonElement>(".picker__open")?.click();
  await vi.waitFor(() => expect(names()).toHaveLength(count));
};

describe("unit-picker", () => {
  const posted: string[] = [];
  beforeEach(() => {
    if (!customElements.get("unit-picker")) customElements.define("unit-picker", UnitPicker);
    posted.length = 0;
    vi.stubGlobal("fetch", (url: string, options?: RequestInit) => {
      if (options?.method === "POST") posted.push(String(options.body));
      return Promise.resolve(new Response(JSON.stringify({ results: ANSWERS[url] ?? [] })));
    });
  });
  afterEach(() => {
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  it("keeps the order of the chosen ones in hidden inputs and removes by chip", () => {
    const form = place(true, [organ(2, "市财政局"), organ(1, "市教育局")]);
    expect(new FormData(form).getAll("main")).toEqual(["2", "1"]);
    const picker = document.querySelector("unit-picker");
    expect(picker?.hasAttribute("data-changed")).toBe(false);
    document.querySelector<HTMLButtonElement>(".picker__remove")?.click();
    expect(new FormData(form).getAll("main")).toEqual(["1"]);
    expect(picker?.hasAttribute("data-changed")).toBe(true);
  });

  it("chooses by keyboard alone, in the order of choosing, and remembers", async () => {
    const form = place(true);
    await opened(4);
    press("ArrowDown");
    press("ArrowDown");
    press("Enter");
    press("ArrowUp");
    press("Enter");
    press("Enter", { ctrlKey: true });
    expect(new FormData(form).getAll("main")).toEqual(["3", "2"]);
    expect(posted).toEqual(['{"picks":"organ","ids":[3,2]}']);
  });

  it("opens and closes a branch in place", async () => {
    place(true);
    await opened(4);
    for (let step = 0; step < 3; step += 1) press("ArrowDown");
    press("ArrowRight");
    await vi.waitFor(() => expect(names()).toHaveLength(5));
    press("ArrowLeft");
    expect(names()).toEqual(["岱海市人民政府", "市财政局", "市教育局", "青石县"]);
  });

  it("finds by initials", async () => {
    place(true);
    await opened(4);
    const search = document.querySelector<HTMLInputElement>("dialog input");
    if (search) search.value = "jy";
    search?.dispatchEvent(new Event("input"));
    await vi.waitFor(() => expect(names()).toEqual(["市教育局"]));
  });

  it("takes a kept group as a whole, without doubles, and gives it back as a whole", async () => {
    const form = place(true, [organ(3, "市教育局")]);
    await opened(4);
    document.querySelector<HTMLButtonElement>("[data-source=groups]")?.click();
    await vi.waitFor(() => expect(names()).toEqual(["各部门"]));
    press("Enter");
    press("Enter", { ctrlKey: true });
    expect(new FormData(form).getAll("main")).toEqual(["3", "2"]);
  });

  it("changes nothing when the dialog is left", async () => {
    const form = place(false, [organ(2, "市财政局")]);
    await opened(4);
    press("Enter");
    document.querySelector<HTMLButtonElement>(".dialog__close")?.click();
    expect(new FormData(form).getAll("main")).toEqual(["2"]);
  });
});
