import { describe, expect, it } from "vitest";
import { UnitPicker } from "./unit-picker";

describe("unit-picker", () => {
  it("keeps the order of the chosen ones in hidden inputs and removes by chip", () => {
    if (!customElements.get("unit-picker")) customElements.define("unit-picker", UnitPicker);
    const chosen = [
      { key: "organ:2", kind: "organ", id: 2, name: "市财政局", detail: "", has_children: false },
      { key: "organ:1", kind: "organ", id: 1, name: "市教育局", detail: "", has_children: false },
    ];
    document.body.innerHTML = `<form><unit-picker name="main" multiple><script type="application/json">${JSON.stringify(chosen)}</script></unit-picker></form>`;
    const form = document.querySelector("form") as HTMLFormElement;
    expect(new FormData(form).getAll("main")).toEqual(["2", "1"]);
    document.querySelector<HTMLButtonElement>(".chip__remove")?.click();
    expect(new FormData(form).getAll("main")).toEqual(["1"]);
  });
});
