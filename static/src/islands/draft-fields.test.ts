import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { differing, picksOf, putValues, valuesOf } from "./draft-fields";
import { UnitPicker } from "./unit-picker";

const organ = (id: number, name: string) => ({ key: `organ:${String(id)}`, kind: "organ" as const, id, name, detail: "", has_children: false });

describe("draft-fields", () => {
  const come = (): HTMLFormElement => {
    document.body.innerHTML = `<form id="f"><textarea name="title">关于值班的通知</textarea><select name="type"><option value="notice">通知</option><option value="letter">函</option></select>
      <unit-picker name="main" multiple></unit-picker><input type="checkbox" name="is_sealed" checked><input type="hidden" name="key" value="1"></form><input form="f" name="note" value="">`;
    return document.querySelector("form") as HTMLFormElement;
  };

  beforeEach(() => {
    if (!customElements.get("unit-picker")) customElements.define("unit-picker", UnitPicker);
  });
  afterEach(() => { document.body.innerHTML = ""; });

  it("puts back every field that was kept, and tells of each", () => {
    let form = come();
    (form.elements.namedItem("title") as HTMLTextAreaElement).value = "关于加强值班的通知";
    (form.elements.namedItem("type") as HTMLSelectElement).value = "letter";
    (form.elements.namedItem("is_sealed") as HTMLInputElement).checked = false;
    (form.elements.namedItem("note") as HTMLInputElement).value = "此件公开发布";
    form.querySelector<UnitPicker>("unit-picker")?.put([organ(2, "市财政局"), organ(3, "市教育局")]);
    const kept = valuesOf(form);
    const picks = picksOf(form);
    form = come();
    const told: string[] = [];
    form.addEventListener("change", (event) => told.push((event.target as Element).getAttribute("name") ?? ""));
    expect(differing(kept, valuesOf(form)).sort()).toEqual(["is_sealed", "main", "note", "title", "type"]);
    putValues(form, kept, picks);
    expect(valuesOf(form)).toEqual(kept);
    expect(kept["main"]).toEqual([2, 3]);
    expect(form.querySelector(".picker__chips")?.textContent).toContain("市教育局");
    expect(told.sort()).toEqual(["is_sealed", "main", "title", "type"]);
  });

  it("leaves different what has no place any more", () => {
    const form = come();
    const kept = { type: "decree", main: [9], gone: "词", empty: "" };
    putValues(form, kept, {});
    expect(differing(kept, valuesOf(form))).toEqual(["type", "main", "gone"]);
    expect((form.elements.namedItem("type") as HTMLSelectElement).value).toBe("notice");
  });
});
