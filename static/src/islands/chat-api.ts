// The conversation's addresses. Every call answers with data or rejects with a sentence for people.
import { csrfToken, failureText } from "./csrf";
import type { Entry, Outgoing } from "./chat-log";
import type { State } from "./chat-view";

export interface Page {
  entries: Entry[];
  last_seq: number;
  first_seq: number;
  has_before: boolean;
  has_after: boolean;
}

/** A refusal by the server; without a status the server was not reached. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status = 0,
  ) {
    super(message);
  }
}

export class ChatApi {
  constructor(readonly conversation: number) {}

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    // a small request outlives the page it was made on
    const options: RequestInit = { method, headers, keepalive: method === "PUT" };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    const address = `/api/v1/messaging/conversations/${String(this.conversation)}/${path}`;
    const answer = await fetch(address, options).catch(() => null);
    if (!answer) throw new Refused("网络已断开，消息未发送。");
    if (!answer.ok) throw new Refused(await failureText(answer), answer.status);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  after(seq: number): Promise<Page> {
    return this.call("GET", `entries/?after=${String(seq)}&limit=200`);
  }

  before(seq: number): Promise<Page> {
    return this.call("GET", `entries/?before=${String(seq)}`);
  }

  around(seq: number): Promise<Page> {
    return this.call("GET", `entries/?around=${String(seq)}`);
  }

  send(body: Outgoing): Promise<Entry> {
    return this.call("POST", "messages/", body);
  }

  recall(seq: number): Promise<Entry> {
    return this.call("POST", `messages/${String(seq)}/recall/`, {});
  }

  hide(seq: number): Promise<void> {
    return this.call("POST", `messages/${String(seq)}/hide/`, {});
  }

  receipt(seq: number): Promise<Record<string, State>> {
    return this.call("POST", `messages/${String(seq)}/receipt/`, {});
  }

  remind(seq: number): Promise<{ reminded: number }> {
    return this.call("POST", `messages/${String(seq)}/remind/`, {});
  }

  read(seq: number): Promise<void> {
    return this.call("POST", "read/", { seq });
  }

  presence(people: string[]): Promise<{ live: number[] }> {
    return this.call("GET", `presence/?people=${people.join(",")}`);
  }

  states(seqs: number[]): Promise<Record<string, State>> {
    return this.call("GET", `states/?seqs=${seqs.join(",")}`);
  }

  draft(text: string): Promise<void> {
    return this.call("PUT", "draft/", { text });
  }
}
