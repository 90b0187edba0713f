// Resumable uploads: chunks at an exact offset; a lost connection goes on where the server stands.
import { csrfToken, failureText } from "./csrf";

interface Started {
  id: number;
  chunk_size: number;
  offset: number;
}

/** Where a file belongs. */
export interface Place {
  url: string;
  subjectKind: string;
  subjectId: number;
  purpose: string;
}

const RETRIES = 5;

/** The line was lost on the way: nothing is wrong with the file. */
export class LineCut extends Error {}

/** Send one file; the server's last answer with the file's id. Rejects with a sentence for people. */
export async function sendFile(file: File, place: Place, progress: (part: number, id: number) => void): Promise<Record<string, unknown>> {
  const started = await start(file, place);
  progress(0, started.id);
  return { id: started.id, ...(await chunks(file, place, started, progress)) };
}

async function start(file: File, place: Place): Promise<Started> {
  const answer = await fetch(place.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({
      name: file.name,
      size: file.size,
      subject_kind: place.subjectKind,
      subject_id: place.subjectId,
      purpose: place.purpose,
    }),
  });
  if (!answer.ok) throw new Error(await failureText(answer));
  return (await answer.json()) as Started;
}

async function chunks(file: File, place: Place, started: Started, progress: (part: number, id: number) => void): Promise<Record<string, unknown>> {
  let offset = started.offset;
  let failures = 0;
  let last: Record<string, unknown> = {};
  do {
    const piece = file.slice(offset, offset + started.chunk_size);
    const answer = await patch(place, started.id, offset, piece).catch(() => null);
    if (!answer || answer.status >= 500) {
      failures += 1;
      if (failures > RETRIES) throw new LineCut("网络不稳定，上传中断，可点“重试”继续。");
      await new Promise((wake) => setTimeout(wake, 500 * 2 ** failures));
      continue;
    }
    const body = (await answer.clone().json().catch(() => ({}))) as Record<string, unknown>;
    const right = (body["data"] as { offset?: number } | undefined)?.offset;
    if (answer.status === 409 && typeof right === "number") {
      offset = right;
      continue;
    }
    if (!answer.ok) throw new Error(await failureText(answer));
    last = body;
    failures = 0;
    offset += piece.size;
    progress(file.size ? offset / file.size : 1, started.id);
  } while (offset < file.size);
  return last;
}

function patch(place: Place, id: number, offset: number, piece: Blob): Promise<Response> {
  return fetch(`${place.url}${String(id)}/`, {
    method: "PATCH",
    headers: { "Content-Type": "application/octet-stream", "Upload-Offset": String(offset), "X-CSRFToken": csrfToken() },
    body: piece,
  });
}
