// The attachments of a thing: chosen or dropped files are sent, each with its progress and, when refused, the server's sentence.
import { csrfToken, failureText } from "./csrf";
import { sendFile, type Place } from "./uploads";

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
    const answer = await fetch(`${this.url}${id}/`, { method: "DELETE", headers: { "X-CSRFToken": csrfToken() } });
    if (answer.ok) {
      row?.remove();
      this.tell();
    } else if (row) {
      row.querySelector("[data-state]")?.replaceChildren(await failureText(answer));
    }
  }

  /** Send one file; its row shows progress and, on refusal, the server's sentence with a retry button. */
  async send(file: File): Promise<void> {
    const row = this.row(file);
    try {
      const last = await sendFile(file, this.place, (part) => {
        row.progress.value = part;
      });
      if (String(last["state"]) === "refused") throw new Error(String(last["refusal"] ?? "文件未被接受。"));
      row.item.remove();
      this.tell();
    } catch (error) {
      this.failed(row.item, file, error instanceof Error ? error.message : "上传失败。");
    }
  }

  private row(file: File): { item: HTMLLIElement; progress: HTMLProgressElement } {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const progress = document.createElement("progress");
    progress.className = "progress";
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", `上传 ${file.name}`);
    item.append(name, progress);
    this.querySelector("[data-list]")?.append(item);
    return { item, progress };
  }

  private failed(item: HTMLLIElement, file: File, message: string): void {
    const text = document.createElement("span");
    text.className = "danger-text";
    text.setAttribute("role", "alert");
    text.textContent = `${file.name}：${message}`;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button";
    retry.textContent = "重试";
    retry.addEventListener("click", () => {
      item.remove();
      void this.send(file);
    });
    item.replaceChildren(text, retry);
  }

  private tell(): void {
    document.body.dispatchEvent(new CustomEvent("files:changed"));
  }
}
