// A conversation's log as this screen holds it: entries by seq without gaps, and what is still on its way. No page, no network.
export interface Person {
  id: number | null;
  name: string;
  post: string;
}

export interface SentFile {
  id: number;
  name: string;
  size: number;
  is_image: boolean;
  pages: number | null;
  url: string;
  page_url: string;
}

export interface Entry {
  c: number;
  seq: number;
  kind: "message" | "recall" | "system";
  sender: Person;
  text: string;
  mention_ids: number[];
  mention_all: boolean;
  quote: { seq: number; name: string; text: string } | null;
  files: SentFile[];
  card: { kind: string; id: number } | null;
  must: boolean;
  target: number | null;
  recalled: boolean;
  hidden: boolean;
  client_id: string;
  at: string;
}

export interface Outgoing {
  client_id: string;
  text: string;
  mention_ids: number[];
  mention_all: boolean;
  quote_seq: number | null;
  file_ids: number[];
  must: { sms_after_minutes: number | null } | null;
}

export interface Pending {
  body: Outgoing;
  at: string;
  error: string;
  sending: boolean;
}

/** What became of an entry: it is new at the end, was known, or something before it is missing. */
export type Taken = "added" | "known" | "gap";

export class ChatLog {
  readonly entries: Entry[] = [];
  readonly pending = new Map<string, Pending>();
  private readonly bySeq = new Map<number, Entry>();
  private readonly ownWords = new Map<number, string>();

  constructor(readonly me: number) {}

  /** Seq of the last entry held; 0 when there is none. */
  get last(): number {
    return this.entries.at(-1)?.seq ?? 0;
  }

  get first(): number {
    return this.entries[0]?.seq ?? 0;
  }

  get(seq: number): Entry | undefined {
    return this.bySeq.get(seq);
  }

  /** The last entry before this place that is drawn. */
  shownBefore(place: number): Entry | undefined {
    for (let at = place - 1; at >= 0; at -= 1) {
      const entry = this.entries[at];
      if (entry && !entry.hidden && entry.kind !== "recall") return entry;
    }
    return undefined;
  }

  /** The words of an own message that was recalled on this screen. */
  wordsOf(seq: number): string {
    return this.ownWords.get(seq) ?? "";
  }

  /** Take an entry of a live frame. */
  apply(entry: Entry): Taken {
    if (this.entries.length && entry.seq <= this.last) return "known";
    if (this.entries.length && entry.seq > this.last + 1) return "gap";
    this.keep(entry);
    this.entries.push(entry);
    return "added";
  }

  /** Whether entries from `first` on, the first this reader may see, follow what is held. Not after one was out meanwhile or the old went. */
  joins(first: number): boolean {
    return !this.entries.length || first <= this.last + 1;
  }

  /** Take a page that follows what is held; returns what is new. Entries before the end are passed over. */
  extend(page: Entry[]): Entry[] {
    return page.filter((entry) => this.apply(entry) === "added");
  }

  /** Take a page that precedes what is held; returns what is new. */
  precede(page: Entry[]): Entry[] {
    const older = page.filter((entry) => !this.bySeq.has(entry.seq) && (!this.entries.length || entry.seq < this.first));
    for (const entry of older) this.keep(entry);
    this.entries.unshift(...older);
    return older;
  }

  /** Begin again around another place. */
  restart(page: Entry[]): void {
    this.entries.length = 0;
    this.bySeq.clear();
    this.extend(page);
  }

  /** Put something on its way. */
  begin(body: Outgoing, at: string): Pending {
    const waiting: Pending = { body, at, error: "", sending: true };
    this.pending.set(body.client_id, waiting);
    return waiting;
  }

  private keep(entry: Entry): void {
    this.bySeq.set(entry.seq, entry);
    if (entry.client_id && entry.sender.id === this.me) this.pending.delete(entry.client_id);
    if (entry.kind !== "recall" || entry.target === null) return;
    const target = this.bySeq.get(entry.target);
    if (!target) return;
    if (target.sender.id === this.me && target.text) this.ownWords.set(target.seq, target.text);
    Object.assign(target, { recalled: true, text: "", files: [], card: null, quote: null });
  }
}
