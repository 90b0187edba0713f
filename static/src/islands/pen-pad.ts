// Handwriting: a canvas whose strokes travel as points in a hidden field; the server draws them as vector ink.
import SignaturePad, { type PointGroup } from "signature_pad";
import { make } from "./dom";

export interface Strokes {
  w: number;
  h: number;
  strokes: number[][][];
}

/** Handwriting that was not sent: what is drawn, what the form would say of it, its picture. */
export interface Ink {
  data: PointGroup[];
  field: string;
  image: string;
}

const INK = "#14213d";
const WIDTH = 4;

/** Points as the server takes them: whole pixels, pressure from 0 to 1 in hundredths; empty strokes fall away. */
export function strokesOf(data: readonly PointGroup[], width: number, height: number): Strokes {
  return {
    w: Math.round(width),
    h: Math.round(height),
    strokes: data
      .filter((stroke) => stroke.points.length > 0)
      .map((stroke) => stroke.points.map((point) => [Math.round(point.x), Math.round(point.y), Math.round(point.pressure * 100) / 100])),
  };
}

/** <pen-pad> with a hidden input, a dialog with a canvas, and buttons [data-pad=open|undo|redo|clear|width|full|done|cancel|remove]. */
export class PenPad extends HTMLElement {
  private pad: SignaturePad | null = null;
  private undone: PointGroup[] = [];
  private earlier: PointGroup[] = [];

  connectedCallback(): void {
    this.addEventListener("click", this.clicked);
    this.addEventListener("keydown", this.keyed);
    window.addEventListener("resize", this.resized);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.clicked);
    this.removeEventListener("keydown", this.keyed);
    window.removeEventListener("resize", this.resized);
    this.pad?.off();
  }

  /** What is written so far, also while the dialog is open; null when there is nothing. */
  get ink(): Ink | null {
    const { pad } = this;
    if (!pad || pad.isEmpty()) return null;
    const image = pad.toDataURL("image/svg+xml");
    return { data: pad.toData(), field: this.dialog?.open ? this.told() : (this.field?.value ?? ""), image };
  }

  /** Put back what was written before. */
  put(ink: Ink): void {
    this.begin()?.fromData(ink.data);
    this.remember(ink.field, ink.image);
  }

  private readonly clicked = (event: Event): void => {
    const tool = (event.target as Element).closest<HTMLElement>("[data-pad]");
    if (!tool) return;
    event.preventDefault();
    const acts: Record<string, () => void> = {
      open: () => this.open(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      clear: () => this.clear(),
      width: () => this.width(tool),
      full: () => this.full(),
      done: () => this.done(),
      cancel: () => this.cancel(),
      remove: () => this.removeInk(),
    };
    acts[tool.dataset["pad"] ?? ""]?.();
    this.refresh();
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || !this.dialog?.open) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.undo();
    else if (key === "y" || key === "z") this.redo();
    else return;
    event.preventDefault();
    this.refresh();
  };

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private get canvas(): HTMLCanvasElement | null {
    return this.querySelector("canvas");
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[type=hidden]");
  }

  private open(): void {
    if (!this.dialog || !this.canvas) return;
    this.dialog.showModal();
    this.earlier = this.begin()?.toData() ?? [];
    this.fit();
  }

  private begin(): SignaturePad | null {
    if (this.pad || !this.canvas) return this.pad;
    this.pad = new SignaturePad(this.canvas, { penColor: INK, throttle: 8, minDistance: 2 });
    this.pen(WIDTH);
    this.pad.addEventListener("beginStroke", () => {
      this.undone = [];
      this.querySelector("[data-pad-empty]")?.setAttribute("hidden", "");
    });
    this.pad.addEventListener("endStroke", () => this.refresh());
    return this.pad;
  }

  /** The canvas takes the size it has on the page; what was written stays. */
  private fit(): void {
    const { canvas, pad } = this;
    if (!canvas || !pad) return;
    const ratio = Math.max(window.devicePixelRatio, 1);
    const kept = pad.toData();
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    canvas.getContext("2d")?.scale(ratio, ratio);
    pad.clear();
    pad.fromData(kept);
    this.refresh();
  }

  private readonly resized = (): void => {
    if (this.dialog?.open) this.fit();
  };

  private pen(width: number): void {
    if (!this.pad) return;
    this.pad.maxWidth = width;
    this.pad.minWidth = width * 0.35;
    this.pad.dotSize = width * 0.8;
  }

  private width(tool: HTMLElement): void {
    this.pen(Number(tool.dataset["width"]));
    for (const other of this.querySelectorAll("[data-pad=width]")) other.setAttribute("aria-pressed", String(other === tool));
  }

  private undo(): void {
    const data = this.pad?.toData() ?? [];
    const last = data.pop();
    if (!last) return;
    this.undone.push(last);
    this.pad?.fromData(data);
  }

  private redo(): void {
    const stroke = this.undone.pop();
    if (stroke && this.pad) this.pad.fromData([...this.pad.toData(), stroke]);
  }

  private clear(): void {
    this.undone = [...(this.pad?.toData() ?? [])].reverse();
    this.pad?.clear();
  }

  private full(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.dialog?.requestFullscreen?.().catch(() => undefined);
  }

  private cancel(): void {
    this.pad?.fromData(this.earlier);
    this.dialog?.close();
  }

  private done(): void {
    if (!this.pad) return;
    const [told, image] = [this.told(), this.pad.toDataURL("image/svg+xml")];
    this.dialog?.close();
    this.remember(told, image);
  }

  /** What the form says of what is on the canvas; the dialog must be open. */
  private told(): string {
    const { pad, canvas } = this;
    if (!pad || !canvas || pad.isEmpty()) return "";
    return JSON.stringify(strokesOf(pad.toData(), canvas.clientWidth, canvas.clientHeight));
  }

  private removeInk(): void {
    this.pad?.clear();
    this.undone = [];
    this.remember("", "");
  }

  private remember(told: string, source: string): void {
    const { field } = this;
    const shown = this.querySelector<HTMLElement>("[data-pad-shown]");
    if (!field || !shown) return;
    field.value = told;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const image = make("img");
    image.src = source;
    image.alt = "手写意见预览";
    shown.querySelector("[data-pad-image]")?.replaceChildren(...(told ? [image] : []));
    shown.hidden = !told;
    const opener = this.querySelector<HTMLElement>(":scope > [data-pad=open]");
    if (opener) opener.hidden = Boolean(told);
  }

  private refresh(): void {
    const empty = this.pad?.isEmpty() ?? true;
    const off = (act: string, is: boolean) => {
      for (const tool of this.querySelectorAll<HTMLButtonElement>(`[data-pad=${act}]`)) tool.disabled = is;
    };
    off("undo", empty);
    off("clear", empty);
    off("redo", this.undone.length === 0);
    this.querySelector("[data-pad-empty]")?.toggleAttribute("hidden", !empty);
  }
}
