// Handwriting: a canvas whose strokes travel as points in a hidden field; the server draws them as vector ink.
import SignaturePad from "signature_pad";

export interface Strokes {
  w: number;
  h: number;
  strokes: number[][][];
}

/** <pen-pad name="strokes"> with [data-pad-open], dialog > canvas, [data-pad-undo|redo|clear|done|cancel] and [data-pad-shown]. */
export class PenPad extends HTMLElement {
  private pad: SignaturePad | null = null;
  private undone: ReturnType<SignaturePad["toData"]> = [];

  connectedCallback(): void {
    this.addEventListener("click", this.clicked);
    window.addEventListener("resize", this.resized);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.clicked);
    window.removeEventListener("resize", this.resized);
    this.pad?.off();
  }

  /** Points as the server takes them: whole pixels, pressure from 0 to 1 in hundredths. */
  static strokes(data: { points: { x: number; y: number; pressure: number }[] }[], width: number, height: number): Strokes {
    return {
      w: Math.round(width),
      h: Math.round(height),
      strokes: data
        .filter((stroke) => stroke.points.length > 0)
        .map((stroke) =>
          stroke.points.map((point) => [Math.round(point.x), Math.round(point.y), Math.round(point.pressure * 100) / 100]),
        ),
    };
  }

  private readonly clicked = (event: Event): void => {
    const act = (event.target as Element).closest<HTMLElement>("[data-pad]")?.dataset["pad"];
    if (!act) return;
    event.preventDefault();
    const acts: Record<string, () => void> = {
      open: () => { this.open(); },
      undo: () => { this.undo(); },
      redo: () => { this.redo(); },
      clear: () => { this.clear(); },
      done: () => { this.done(); },
      cancel: () => { this.querySelector("dialog")?.close(); },
      remove: () => { this.remember(null); },
    };
    acts[act]?.();
  };

  private open(): void {
    const dialog = this.querySelector("dialog");
    const canvas = this.querySelector("canvas");
    if (!dialog || !canvas) return;
    dialog.showModal();
    this.pad ??= new SignaturePad(canvas, { minWidth: 1, maxWidth: 3.6, throttle: 8, penColor: "#14213d" });
    this.pad.addEventListener("beginStroke", () => { this.undone = []; });
    this.fit(canvas);
  }

  private fit(canvas: HTMLCanvasElement): void {
    const ratio = Math.max(window.devicePixelRatio, 1);
    const kept = this.pad?.toData() ?? [];
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    canvas.getContext("2d")?.scale(ratio, ratio);
    this.pad?.clear();
    this.pad?.fromData(kept);
  }

  private readonly resized = (): void => {
    const canvas = this.querySelector("canvas");
    if (canvas && this.querySelector("dialog")?.open) this.fit(canvas);
  };

  private undo(): void {
    const data = this.pad?.toData() ?? [];
    const last = data.pop();
    if (last) this.undone.push(last);
    this.pad?.fromData(data);
  }

  private redo(): void {
    const stroke = this.undone.pop();
    if (stroke) this.pad?.fromData([...(this.pad.toData()), stroke]);
  }

  private clear(): void {
    this.undone = this.pad?.toData() ?? [];
    this.pad?.clear();
  }

  private done(): void {
    const canvas = this.querySelector("canvas");
    if (!this.pad || !canvas) return;
    this.remember(this.pad.isEmpty() ? null : PenPad.strokes(this.pad.toData(), canvas.clientWidth, canvas.clientHeight));
    this.querySelector("dialog")?.close();
  }

  private remember(strokes: Strokes | null): void {
    const field = this.querySelector<HTMLInputElement>("input[type=hidden]");
    const shown = this.querySelector<HTMLElement>("[data-pad-shown]");
    if (!field) return;
    field.value = strokes ? JSON.stringify(strokes) : "";
    if (!shown) return;
    shown.replaceChildren();
    shown.hidden = !strokes;
    if (strokes && this.pad) {
      const image = document.createElement("img");
      image.src = this.pad.toDataURL("image/svg+xml");
      image.alt = "手写批示预览";
      shown.append(image);
    }
    if (!strokes) this.pad?.clear();
  }
}
