import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetTyped, keepTyped, restoreTyped } from "./typed-keeper";
import type { Ink } from "./pen-pad";
import { UnitPicker } from "./unit-picker";

const ORGAN = { key: "organ:2", kind: "organ" as const, id: 2, name: "市财政局", detail: "", has_children: false };
const PAGE = `<form method="post" action="/act/"><input type="hidden" name="csrfmiddlewaretoken" value="t"><input type="hidden" name="key" value="1">
  <textarea id="opinion" name="text"></textarea><input name="source"><input type="password" name="password"><input type="file" name="photo">
  <input type="radio" name="kind" value="a" checked><input type="radio" name="kind" value="b"><input type="checkbox" name="selected" value="7">
  <select name="level"><option value="1">一</option><option value="2">二</option></select><unit-picker name="to" multiple></unit-picker><pen-pad><input type="hidden" name="strokes"></pen-pad></form>
  <details class="act-fold"><form hx-post="/answer/"><input type="hidden" name="ask" value="5"><input name="answer"></form></details>
  <form hx-post="/answer/"><input type="hidden" name="ask" value="6"><input name="answer"></form>
  <form action="/search/"><input name="q"></form><form method="post"><body-editor autosave-url="/x/"></body-editor><input name="title"></form>
  <div id="toasts"></div>`;

describe("typed-keeper", () => {
  const find = <T extends Element = HTMLInputElement>(selector: string) => document.querySelector<T>(selector) as T;
  const come = (person = "1", path = "/documents/3/") => {
    vi.stubGlobal("location", { pathname: path, search: "" });
    document.body.dataset["person"] = person;
    document.body.innerHTML = PAGE;
  };
  const type = () => {
    find<HTMLTextAreaElement>("#opinion").value = "拟同意。";
    find("[name=source]").value = "市水利局";
    find("[name=password]").value = "secret";
    find("[name=kind][value=b]").checked = true;
    find("[name=selected]").checked = true;
    find<HTMLSelectElement>("select").value = "2";
    find<UnitPicker>("unit-picker").put([ORGAN]);
    find("[name=answer]").value = "理由";
    find("[name=q]").value = "查找";
    find("[name=title]").value = "标题";
  };

  beforeEach(() => {
    if (!customElements.get("unit-picker")) customElements.define("unit-picker", UnitPicker);
    window.sessionStorage.clear();
    come();
  });

  afterEach(() => {
    document.body.innerHTML = "";
    delete document.body.dataset["person"];
    window.sessionStorage.clear();
    vi.unstubAllGlobals();
  });

  it("keeps handwriting too", () => {
    const ink: Ink = { data: [], field: '{"strokes":[[[1,3,0.5]]]}', image: "data:image/svg+xml;base64,PHN2Zy8+" };
    const put = vi.fn();
    const pad = (now: Ink | null) => Object.defineProperties(find("pen-pad"), { ink: { value: now }, put: { value: put } });
    pad(ink);
    keepTyped(document);
    come();
    pad(null);
    restoreTyped(document);
    expect(put).toHaveBeenCalledWith(ink);
  });

  it("gives the same person the same page as it was left, once, and says so", () => {
    type();
    keepTyped(document);
    come();
    let told = 0;
    find("form").addEventListener("change", () => { told += 1; }, { once: true });
    restoreTyped(document);
    expect(find<HTMLTextAreaElement>("#opinion").value).toBe("拟同意。");
    expect(find("[name=source]").value).toBe("市水利局");
    expect(find("[name=kind]:checked").value).toBe("b");
    expect(find("[name=selected]").checked).toBe(true);
    expect(find<HTMLSelectElement>("select").value).toBe("2");
    expect(new FormData(find<HTMLFormElement>("form")).getAll("to")).toEqual(["2"]);
    expect([...document.querySelectorAll<HTMLInputElement>("[name=answer]")].map((field) => field.value)).toEqual(["理由", ""]);
    expect(find<HTMLDetailsElement>("details").open).toBe(true);
    expect(told).toBe(1);
    expect(find<HTMLElement>("#toasts").textContent).toBe("已恢复上次填写而没有提交的内容。");
    come();
    restoreTyped(document);
    expect(find<HTMLTextAreaElement>("#opinion").value).toBe("");
  });

  it("keeps no secret, no search and no draft, which keeps itself", () => {
    type();
    keepTyped(document);
    const kept = Object.values({ ...window.sessionStorage }).join("");
    for (const word of ["secret", "查找", "标题", "csrf"]) expect(kept).not.toContain(word);
  });

  it("shows nothing to another person, and nothing of it is left then", () => {
    type();
    keepTyped(document);
    come("2");
    restoreTyped(document);
    expect(find<HTMLTextAreaElement>("#opinion").value).toBe("");
    expect(window.sessionStorage).toHaveLength(0);
  });

  it("waits for its own page, leaves what the page brings anew, and puts nothing into another form", () => {
    type();
    keepTyped(document);
    come("1", "/duty/");
    restoreTyped(document);
    expect(find<HTMLTextAreaElement>("#opinion").value).toBe("");
    come();
    find("details").remove();
    find<HTMLTextAreaElement>("#opinion").value = "已写";
    restoreTyped(document);
    expect(find<HTMLTextAreaElement>("#opinion").value).toBe("已写");
    expect(find("[name=answer]").value).toBe("");
  });

  it("keeps a text without a draft as its editor gives it", () => {
    const text = '<form method="post" action="/templates/"><body-editor><input type="hidden" name="body"></body-editor></form>';
    document.body.innerHTML = text;
    document.addEventListener("typed:keep", () => { Object.assign(find("[name=body]"), { value: "{}" }).toggleAttribute("data-typed", true); }, { once: true });
    keepTyped(document);
    document.body.innerHTML = text;
    restoreTyped(document);
    expect([find("[name=body]").value, find("[name=body]").hasAttribute("data-typed")]).toEqual(["{}", true]);
  });

  it("fills a form that arrives later", () => {
    type();
    keepTyped(document);
    come();
    const fold = find<HTMLDetailsElement>("details");
    fold.remove();
    restoreTyped(document);
    document.body.append(fold);
    fold.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
    expect(fold.querySelector<HTMLInputElement>("[name=answer]")?.value).toBe("理由");
  });

  it("is gone after signing out", () => {
    type();
    keepTyped(document);
    forgetTyped();
    come();
    restoreTyped(document);
    expect(find<HTMLTextAreaElement>("#opinion").value).toBe("");
  });
});
