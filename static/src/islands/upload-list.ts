// The attachments of a thing: chosen or dropped files are sent, each with its progress and, when refused, the server's sentence.
//
// The page draws the list anew when something has changed (`files:changed`). Rows of this side go over to the new list: what is
// still being sent goes on there, and a refused file keeps its reason until it is dismissed or sent again.
import { csrfToken, failureText } from "./csrf";
import { button, icon, iconButton, make } from "./dom";
import { sendFile, type Place } from "./uploads";

const ROW = "data-upload";
const REFUSED = "data-refused";

/** <upload-list url="/api/v1/uploads/" subject-kind subject-id purpose> with input[type=file], [data-list] and a reload event. */
export class UploadList extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this.chosen);
    this.addEventListener("dragover", this.over);
    this.addEventListener("drop", this.dropped);
    this.addEventListener("click", this.clicked);
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this.chosen);
    this.removeEventListener("dragover", this.over);
    this.removeEventListener("drop", this.dropped);
    this.removeEventListener("click", this.clicked);
    // once the change of the page is complete, in whichever order the new list came and this one went
    queueMicrotask(() => {
      this.handOver();
    });
  }

  private get url(): string {
    return this.getAttribute("url") ?? "/api/v1/uploads/";
  }

  private get place(): Place {
    return {
      url: this.url,
      subjectKind: this.getAttribute("subject-kind") ?? "",
      subjectId: Number(this.getAttribute("subject-id")),
      purpose: this.getAttribute("purpose") ?? "attachment",
    };
  }

  private get list(): Element | null {
    return this.querySelector("[data-list]");
  }

  private get rows(): HTMLLIElement[] {
    return [...this.querySelectorAll<HTMLLIElement>(`li[${ROW}]`)];
  }

  private handOver(): void {
    if (this.isConnected || !this.rows.length) return;
    const place = JSON.stringify(this.place);
    const heir = [...document.querySelectorAll<UploadList>("upload-list")].find((list) => JSON.stringify(list.place) === place);
    heir?.take(this.rows);
  }

  /** Rows of the list drawn before. One that the server lists too stands once: as sent here while it is on its way, else as listed. */
  private take(rows: HTMLLIElement[]): void {
    for (const row of rows) {
      const id = row.getAttribute(ROW) ?? "";
      const listed = id ? this.querySelector(`[data-remove-file="${id}"]`)?.closest("li") : null;
      if (listed && row.querySelector("progress")) listed.remove();
      else if (listed) continue;
      this.list?.append(row);
    }
  }

  private readonly over = (event: DragEvent): void => {
    event.preventDefault();
  };

  private readonly dropped = (event: DragEvent): void => {
    event.preventDefault();
    for (const file of event.dataTransfer?.files ?? []) void this.send(file);
  };

  private readonly chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (input.type !== "file") return;
    for (const file of input.files ?? []) void this.send(file);
    input.value = "";
  };

  private readonly clicked = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-remove-file]");
    if (!button) return;
    void this.drop(button.dataset["removeFile"] ?? "", button.closest("li"));
  };

  private async drop(id: string, row: Element | null): Promise<void> {
    const answer = await this.asked(id);
    if (answer.ok) {
      row?.remove();
      this.tell();
    } else if (row) {
      row.querySelector("[data-state]")?.replaceChildren(await failureText(answer));
    }
  }

  /** Send one file; its row shows progress and, on refusal, the server's sentence with a retry button. */
  async send(file: File): Promise<void> {
    const { item, progress } = this.row(file);
    try {
      const last = await sendFile(file, this.place, (part, id) => {
        progress.value = part;
        item.setAttribute(ROW, String(id));
      });
      item.toggleAttribute(REFUSED, String(last["state"]) === "refused");
      if (item.hasAttribute(REFUSED)) throw new Error(String(last["refusal"] ?? "文件未被接受。"));
      item.remove();
      this.tell();
    } catch (error) {
      this.failed(item, file, error instanceof Error ? error.message : "上传失败。");
    }
  }

  /** Sent again: what was refused is given up, what was cut off goes on where the server stands. */
  private async again(item: HTMLLIElement, file: File): Promise<void> {
    item.remove();
    if (item.hasAttribute(REFUSED)) await this.withdraw(item.getAttribute(ROW));
    await this.send(file);
  }

  /** Off the page and off the server, where it would stand in the way of what follows. */
  private async forget(item: HTMLLIElement): Promise<void> {
    item.remove();
    if (await this.withdraw(item.getAttribute(ROW))) this.tell();
  }

  private async withdraw(id: string | null): Promise<boolean> {
    return !!id && (await this.asked(id)).ok;
  }

  private asked(id: string): Promise<Response> {
    return fetch(`${this.url}${id}/`, { method: "DELETE", headers: { "X-CSRFToken": csrfToken() } });
  }

  private row(file: File): { item: HTMLLIElement; progress: HTMLProgressElement } {
    const item = make("li", "file-list__item");
    item.setAttribute(ROW, "");
    const progress = make("progress", "progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", `上传 ${file.name}`);
    item.append(icon("paperclip", "sm"), make("span", "file-list__name", file.name), progress);
    this.list?.append(item);
    return { item, progress };
  }

  private failed(item: HTMLLIElement, file: File, message: string): void {
    const text = make("span", "file-list__name danger-text", `${file.name}：${message}`);
    text.setAttribute("role", "alert");
    const retry = button("button button--small", "重试", () => {
      void item.closest<UploadList>("upload-list")?.again(item, file);
    });
    const dismiss = iconButton("icon-button", icon("x", "sm"), `不再显示 ${file.name}`, () => {
      void item.closest<UploadList>("upload-list")?.forget(item);
    });
    item.replaceChildren(icon("alert-triangle", "sm"), text, retry, dismiss);
  }

  private tell(): void {
    document.body.dispatchEvent(new CustomEvent("files:changed"));
  }
}
