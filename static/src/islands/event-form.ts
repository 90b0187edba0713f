// The first report: choosing the class brings its template, photos go to the server before the form does.
import { LogFiles } from "./log-files";

const TEMPLATES = "report-templates";

/** Round the form of the first report; templates by class stand in a JSON script of the page. */
export class EventForm extends HTMLElement {
  private brought = "";

  connectedCallback(): void {
    this.addEventListener("change", this.chosen);
    this.addEventListener("submit", this.filesFirst, true);
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this.chosen);
    this.removeEventListener("submit", this.filesFirst, true);
  }

  private get files(): LogFiles | null {
    return this.querySelector<LogFiles>("log-files");
  }

  /** Words that somebody wrote are never replaced. */
  private readonly chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const text = this.querySelector<HTMLTextAreaElement>("[name=text]");
    if (input.name !== "event_class" || !text || (text.value.trim() && text.value !== this.brought)) return;
    const templates = JSON.parse(document.getElementById(TEMPLATES)?.textContent ?? "{}") as Record<string, string>;
    text.value = this.brought = templates[input.value] ?? "";
  };

  private readonly filesFirst = (event: SubmitEvent): void => {
    const held = this.files?.held ?? [];
    const form = event.target as HTMLFormElement;
    const ids = held.flatMap((one) => (one.id === undefined ? [] : [one.id]));
    if (ids.length === held.length) {
      this.fill(form, ids);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    void this.send(form, event.submitter);
  };

  /** The form names exactly the files that are held. */
  private fill(form: HTMLFormElement, ids: readonly number[]): void {
    for (const old of form.querySelectorAll("input[name=file]")) old.remove();
    for (const id of ids) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "file";
      field.value = String(id);
      form.append(field);
    }
  }

  private async send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    try {
      await this.files?.send();
      if (submitter) form.requestSubmit(submitter);
      else form.requestSubmit();
    } catch (error) {
      this.files?.say(`照片没有上传：${error instanceof Error ? error.message : "网络中断"}可去掉照片先报，稍后在事件页补充。`);
    }
  }
}

/** Make the elements known. */
export function register(): void {
  if (!customElements.get("log-files")) customElements.define("log-files", LogFiles);
  customElements.define("event-form", EventForm);
}
