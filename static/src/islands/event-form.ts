// The first report: choosing the class brings its template, what the form knows goes into it, photos go to the server before the form does.
import { LogFiles } from "./log-files";

const TEMPLATES = "report-templates";
const MOMENTS = ["input", "change"] as const;

/** What the form knows, by the names of its fields. */
export type Facts = Readonly<Record<string, string>>;

/** The template with time, place and figures where they are known; the rest keeps its ×. */
export function filled(template: string, facts: Facts): string {
  const moment = /^\d+-\d+-(\d+)T(\d+):(\d+)/.exec(facts.occurred_at ?? "");
  let text = template;
  if (moment) text = text.replace("×日×时×分", `${Number(moment[1])}日${Number(moment[2])}时${Number(moment[3])}分`);
  const { place = "", title = "" } = facts;
  const what = title.includes(place) ? title : `${title}（${place}）`;
  if (title) text = text.replace(/××（[^（）]*地点）(?:报告)?发生××(?:（[^（）]*）|事故)?/, () => what);
  if (place) text = text.replace(/××（[^（）]*地点）/, () => place);
  for (const [name, words] of [["deaths", "死亡"], ["missing", "失踪|失联"], ["injured", "重伤"]] as const) {
    const count = facts[name];
    if (count) text = text.replace(new RegExp(`(${words})×人`), `$1${count}人`);
  }
  return text;
}

/** As the server sees it (`duty/services/events.py`): 3×5米 is a measure, no gap. */
const GAP = /(^|\D)×|×(\D|$)/; // no look-behind: old Safari would refuse the whole script

/** Without the clauses that still have a ×: what is not known yet is left out of a report. */
export function knownOnly(text: string): string {
  const sentences = text.replace(/（[^（）]*）/g, (aside) => GAP.test(aside) ? "" : aside).split("。");
  const kept = sentences.map((sentence) => {
    const clauses = sentence.split("，").map((clause) => clause.split("、").filter((part) => !GAP.test(part)).join("、"));
    const said = clauses.filter((clause) => clause.trim());
    return said.length === 1 && said[0]?.trim() === "据初步了解" ? "" : said.join("，");
  });
  return kept.filter((sentence) => sentence.trim()).map((sentence) => `${sentence}。`).join("");
}

/** Round the form of the first report; templates by class stand in a JSON script of the page. */
export class EventForm extends HTMLElement {
  private brought = "";

  connectedCallback(): void {
    for (const moment of MOMENTS) this.addEventListener(moment, this.chosen);
    this.querySelector("[data-known-only]")?.addEventListener("click", this.leftOut);
    this.addEventListener("submit", this.filesFirst, true);
  }

  disconnectedCallback(): void {
    for (const moment of MOMENTS) this.removeEventListener(moment, this.chosen);
    this.removeEventListener("submit", this.filesFirst, true);
  }

  private get files(): LogFiles | null {
    return this.querySelector<LogFiles>("log-files");
  }

  private get text(): HTMLTextAreaElement | null {
    return this.querySelector<HTMLTextAreaElement>("[name=text]");
  }

  /** Words that somebody wrote are never replaced. */
  private readonly chosen = (event: Event): void => {
    const form = this.querySelector("form");
    const text = this.text;
    if (!form || !text || event.target === text || (text.value.trim() && text.value !== this.brought)) return;
    const facts = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value.trim() : ""]));
    const templates = JSON.parse(document.getElementById(TEMPLATES)?.textContent ?? "{}") as Record<string, string>;
    this.brought = filled(templates[facts.event_class ?? ""] ?? "", facts);
    if (text.value !== this.brought) text.value = this.brought; // else the caret stays where it is
  };

  private readonly leftOut = (): void => {
    if (this.text) this.text.value = knownOnly(this.text.value);
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
