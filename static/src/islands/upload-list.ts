// Resumable uploads: chunks at an exact offset; a lost connection goes on where the server stands.
import { csrfToken, failureText } from "./csrf";

interface Started {
  id: number;
  chunk_size: number;
  offset: number;
}

const RETRIES = 5;

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
      const started = await this.start(file);
      const last = await this.chunks(file, started, row.progress);
      if (String(last["state"]) === "refused") throw new Error(String(last["refusal"] ?? "文件未被接受。"));
      row.item.remove();
      this.tell();
    } catch (error) {
      this.failed(row.item, file, error instanceof Error ? error.message : "上传失败。");
    }
  }

  private async start(file: File): Promise<Started> {
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({
        name: file.name,
        size: file.size,
        subject_kind: this.getAttribute("subject-kind"),
        subject_id: Number(this.getAttribute("subject-id")),
        purpose: this.getAttribute("purpose") ?? "attachment",
      }),
    });
    if (!answer.ok) throw new Error(await failureText(answer));
    return (await answer.json()) as Started;
  }

  private async chunks(file: File, started: Started, progress: HTMLProgressElement): Promise<Record<string, unknown>> {
    let offset = started.offset;
    let failures = 0;
    let last: Record<string, unknown> = {};
    do {
      const piece = file.slice(offset, offset + started.chunk_size);
      const answer = await this.patch(started.id, offset, piece).catch(() => null);
      if (!answer || answer.status >= 500) {
        failures += 1;
        if (failures > RETRIES) throw new Error("网络不稳定，上传中断，可点“重试”继续。");
        await new Promise((wake) => setTimeout(wake, 500 * 2 ** failures));
        continue;
      }
      const body = (await answer.clone().json().catch(() => ({}))) as Record<string, unknown>;
      const place = (body["data"] as { offset?: number } | undefined)?.offset;
      if (answer.status === 409 && typeof place === "number") {
        offset = place;
        continue;
      }
      if (!answer.ok) throw new Error(await failureText(answer));
      last = body;
      failures = 0;
      offset += piece.size;
      progress.value = file.size ? offset / file.size : 1;
    } while (offset < file.size);
    return last;
  }

  private patch(id: number, offset: number, piece: Blob): Promise<Response> {
    return fetch(`${this.url}${String(id)}/`, {
      method: "PATCH",
      headers: { "Content-Type": "application/octet-stream", "Upload-Offset": String(offset), "X-CSRFToken": csrfToken() },
      body: piece,
    });
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
