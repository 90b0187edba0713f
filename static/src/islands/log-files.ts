// What was chosen or recorded for a line of the log waits here, on this device, until the line itself is sent.
import { button, icon, iconButton, make } from "./dom";
import { sendFile } from "./uploads";
import { LONGEST_MS, VoiceRecorder } from "./voice-recorder";

export const MOST_FILES = 9;
const MEGA = 1024 * 1024;

/** A file not part of a line yet; `id` once the server has it. */
export interface HeldFile {
  file: File;
  purpose: "attachment" | "voice";
  id?: number;
}

/** The server looked at a file and did not take it. */
export class FileRefused extends Error {}

function clock(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, "0")}`;
}

function sizeText(bytes: number): string {
  return bytes < MEGA ? `${String(Math.max(1, Math.round(bytes / 1024)))} KB` : `${(bytes / MEGA).toFixed(1)} MB`;
}

/** <log-files subject-kind subject-id> in a form, with an input for files; a button to record comes with the script. */
export class LogFiles extends HTMLElement {
  private readonly shown = make("ul", "entry-files");
  private readonly said = make("p", "log-files__said");
  private readonly recordButton = button("button", "录音", () => {
    if (this.recorder.isOn) this.recorder.stop();
    else void this.recorder.start();
  });
  private readonly recorder = new VoiceRecorder({
    tick: (seconds) => {
      this.recordButton.lastChild?.replaceWith(`停止 ${clock(seconds)} / ${clock(LONGEST_MS / 1000)}`);
      this.recordButton.setAttribute("aria-pressed", "true");
      this.say("");
    },
    done: (file) => {
      this.quiet();
      this.add({ file, purpose: "voice" });
    },
    failed: (words) => {
      this.quiet();
      this.say(words);
    },
  });
  private files: HeldFile[] = [];

  connectedCallback(): void {
    if (this.contains(this.shown)) return;
    this.said.setAttribute("role", "status");
    this.recordButton.prepend(icon("microphone", "sm"));
    if (!this.hasAttribute("no-voice")) this.append(this.recordButton);
    this.append(this.said, this.shown);
    this.addEventListener("change", this.chosen);
  }

  disconnectedCallback(): void {
    this.recorder.drop();
  }

  get held(): readonly HeldFile[] {
    return this.files;
  }

  get isRecording(): boolean {
    return this.recorder.isOn;
  }

  /** One more; beyond the most a line may have it is refused in words. */
  add(held: HeldFile): void {
    if (this.files.length >= MOST_FILES) {
      this.say(`一条日志最多 ${String(MOST_FILES)} 个附件，请分条记录。`);
      return;
    }
    this.files.push(held);
    this.draw();
  }

  clear(): void {
    this.files = [];
    this.draw();
    this.say("");
  }

  say(words: string): void {
    this.said.textContent = words;
  }

  /** All of them are at the server afterwards. Rejects with `FileRefused` for one that is not taken, else when the line is cut. */
  async send(files: readonly HeldFile[] = this.files): Promise<number[]> {
    const ids: number[] = [];
    for (const [number, held] of files.entries()) {
      this.say(`正在上传附件 ${String(number + 1)} / ${String(files.length)} ……`);
      held.id ??= await this.sent(held);
      ids.push(held.id);
    }
    this.say("");
    return ids;
  }

  private async sent(held: HeldFile): Promise<number> {
    const place = {
      url: "/api/v1/uploads/",
      subjectKind: this.getAttribute("subject-kind") ?? "",
      subjectId: Number(this.getAttribute("subject-id")),
      purpose: held.purpose,
    };
    const last = await sendFile(held.file, place, () => undefined);
    if (String(last["state"]) === "refused") throw new FileRefused(`${held.file.name}：${String(last["refusal"] ?? "文件未被接受。")}`);
    return Number(last["id"]);
  }

  private readonly chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (input.type !== "file") return;
    event.stopPropagation();
    for (const file of input.files ?? []) this.add({ file, purpose: "attachment" });
    input.value = "";
  };

  private quiet(): void {
    this.recordButton.lastChild?.replaceWith("录音");
    this.recordButton.removeAttribute("aria-pressed");
  }

  private draw(): void {
    for (const sound of this.shown.querySelectorAll("audio")) URL.revokeObjectURL(sound.src);
    this.shown.replaceChildren(...this.files.map((held) => this.row(held)));
  }

  private row(held: HeldFile): HTMLLIElement {
    const row = make("li");
    if (held.purpose === "voice") {
      const sound = make("audio");
      sound.controls = true;
      sound.src = URL.createObjectURL(held.file);
      sound.setAttribute("aria-label", "试听");
      row.append(sound);
    } else row.append(icon("paperclip", "sm"), make("span", "", held.file.name), make("span", "muted", sizeText(held.file.size)));
    const away = iconButton("icon-button", icon("x", "sm"), `去掉 ${held.file.name}`, () => {
      this.files = this.files.filter((one) => one !== held);
      this.draw();
    });
    row.append(away);
    return row;
  }
}
