import { beforeEach, describe, expect, it, vi } from "vitest";
import { PenPad, strokesOf, type Ink } from "./pen-pad";

const stroke = (x: number) => ({ points: [{ x, y: 2.6, pressure: 0.506, time: 0 }] });
let written: unknown[] = [];

vi.mock("signature_pad", () => ({
  default: class {
    addEventListener(): void {}
    off(): void {}
    toData(): unknown[] {
      return [...written];
    }
    fromData(data: unknown[]): void {
      written = [...data];
    }
    clear(): void {
      written = [];
    }
    isEmpty(): boolean {
      return written.length === 0;
    }
    toDataURL(): string {
      return "data:image/svg+xml;base64,PHN2Zy8+";
    }
  },
}));
HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
};
HTMLCanvasElement.prototype.getContext = () => null;

const press = (act: string) => document.querySelector<HTMLButtonElement>(`[data-pad=${act}]`)?.click();
const field = () => document.querySelector<HTMLInputElement>("input[name=strokes]")?.value;

describe("pen-pad", () => {
  beforeEach(() => {
    written = [];
    if (!customElements.get("pen-pad")) customElements.define("pen-pad", PenPad);
    const tools = ["undo", "redo", "clear", "done", "cancel"].map((act) => `<button data-pad="${act}"></button>`).join("");
    document.body.innerHTML = `<pen-pad><input type="hidden" name="strokes"><button data-pad="open"></button><span data-pad-shown hidden><span data-pad-image></span><button data-pad="remove"></button></span><dialog><canvas></canvas>${tools}</dialog></pen-pad>`;
    press("open");
  });

  it("sends whole pixels and drops empty strokes", () => {
    const data = [{ points: [{ x: 1.4, y: 2.6, pressure: 0.506, time: 0 }] }, { points: [] }] as never;
    expect(strokesOf(data, 300.4, 120)).toEqual({ w: 300, h: 120, strokes: [[[1, 3, 0.51]]] });
  });

  it("takes strokes back and puts them on again, even after clearing", () => {
    written = [stroke(1), stroke(2)];
    press("open");
    press("undo");
    expect(written).toHaveLength(1);
    press("clear");
    press("redo");
    press("done");
    expect(JSON.parse(field() ?? "{}")).toMatchObject({ strokes: [[[1, 3, 0.51]]] });
    expect(document.querySelector("[data-pad-image] img")).not.toBeNull();
  });

  it.each(["done", "nothing"])("is put back on another page as it was written, %s pressed", (act) => {
    written = [stroke(1)];
    if (act === "done") press("done");
    const ink = (document.querySelector("pen-pad") as PenPad).ink;
    const page = document.body.innerHTML;
    written = [];
    document.body.innerHTML = page.replace(/value="[^"]*"/g, "").replace("<dialog open=\"\">", "<dialog>");
    (document.querySelector("pen-pad") as PenPad).put(ink as Ink);
    expect(JSON.parse(field() ?? "{}")).toMatchObject({ strokes: [[[1, 3, 0.51]]] });
    expect(document.querySelector("[data-pad-image] img")).not.toBeNull();
    expect(written).toHaveLength(1);
  });

  it("has no ink where nothing is written", () => {
    expect((document.querySelector("pen-pad") as PenPad).ink).toBeNull();
  });

  it("keeps what was there when the dialog is left, and nothing after removal", () => {
    written = [stroke(1)];
    press("done");
    const kept = field();
    press("open");
    written = [stroke(1), stroke(9)];
    press("cancel");
    expect(written).toHaveLength(1);
    expect(field()).toBe(kept);
    press("remove");
    expect(field()).toBe("");
  });
});
