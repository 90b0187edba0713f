// One socket per tab. A frame {kind, ids, v} becomes the event `live:<kind>` on <body>; the page re-fetches by htmx.
// Without WebSocket, or while it is lost, the same frames come by long polling (/live/poll/).
interface Frame {
  kind: string;
  ids: number[];
  v: number | null;
}

const POLL_MS = 30_000;
const PING_MS = 25_000;
const LOST_AFTER_MS = 4000;
// after this many vain attempts frames are fetched by long polling beside further attempts
const POLL_AFTER = 2;
const POLL_PAUSE_MS = 3000;
// while the screen is locked, or another gate stands before it, nothing is to be heard: asked again from time to time
const GATED = 4403;
const GATED_MS = 30_000;
const RESYNC: Frame = { kind: "resync", ids: [], v: null };

/** <live-socket url="/ws/"></live-socket> */
export class LiveSocket extends HTMLElement {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private poll = 0;
  private ping = 0;
  private retry = 0;
  private lost = 0;
  private ended = false;
  private asking: AbortController | null = null;

  connectedCallback(): void {
    this.open();
    window.addEventListener("online", this.retryNow);
    document.addEventListener("visibilitychange", this.lookAgain);
  }

  disconnectedCallback(): void {
    this.ended = true;
    window.removeEventListener("online", this.retryNow);
    document.removeEventListener("visibilitychange", this.lookAgain);
    window.clearInterval(this.poll);
    window.clearInterval(this.ping);
    window.clearTimeout(this.lost);
    window.clearTimeout(this.retry);
    this.asking?.abort();
    this.socket?.close();
  }

  /** Back-off in milliseconds before the n-th attempt: 0.5 s doubling to 30 s. */
  static pause(attempt: number): number {
    return Math.min(500 * 2 ** attempt, 30_000);
  }

  private open(): void {
    window.clearTimeout(this.retry);
    if (this.ended || !("WebSocket" in window)) {
      this.startPolling();
      void this.longPoll();
      return;
    }
    const url = new URL(this.getAttribute("url") ?? "/ws/", window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.connected();
    });
    socket.addEventListener("message", (event) => {
      this.receive(String(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.closed(event.code);
    });
  }

  private connected(): void {
    window.clearTimeout(this.lost);
    delete document.documentElement.dataset["connection"];
    window.clearInterval(this.poll);
    this.poll = 0;
    this.asking?.abort();
    window.clearInterval(this.ping);
    this.ping = window.setInterval(() => {
      this.socket?.send('{"kind":"ping"}');
    }, PING_MS);
    if (this.attempt > 0) this.announce(RESYNC);
    this.attempt = 0;
  }

  private closed(code: number): void {
    window.clearInterval(this.ping);
    if (this.ended || code === 4401) return;
    if (code === GATED) {
      this.retry = window.setTimeout(() => {
        this.open();
      }, GATED_MS);
      return;
    }
    if (!this.lost) {
      this.lost = window.setTimeout(() => {
        document.documentElement.dataset["connection"] = "lost";
        this.lost = 0;
      }, LOST_AFTER_MS);
    }
    this.startPolling();
    this.retry = window.setTimeout(() => {
      this.open();
    }, LiveSocket.pause(this.attempt));
    this.attempt += 1;
    if (this.attempt > POLL_AFTER) void this.longPoll();
  }

  /** Frames one answer at a time, until a socket stands or the person is signed out. */
  private async longPoll(): Promise<void> {
    if (this.asking || this.ended) return;
    const control = new AbortController();
    this.asking = control;
    let cursor = "";
    while (!control.signal.aborted) {
      const url = `/live/poll/?cursor=${encodeURIComponent(cursor)}`;
      const answer = await fetch(url, { signal: control.signal, headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.status === 401 || answer?.status === 423) break;
      const body = answer?.ok ? ((await answer.json().catch(() => null)) as { cursor: string; frames: Frame[] } | null) : null;
      if (!body) {
        await new Promise((wake) => setTimeout(wake, POLL_PAUSE_MS));
        continue;
      }
      if (!cursor) this.announce(RESYNC);
      window.clearTimeout(this.lost);
      delete document.documentElement.dataset["connection"];
      cursor = body.cursor;
      for (const frame of body.frames) this.announce(frame);
    }
    if (this.asking === control) this.asking = null;
  }

  private receive(text: string): void {
    let frame: Frame;
    try {
      frame = JSON.parse(text) as Frame;
    } catch {
      return;
    }
    if (frame.kind !== "pong") this.announce(frame);
  }

  private announce(frame: Frame): void {
    const kinds = frame.kind === "resync" ? ["resync", "inbox", "notices", "chat"] : [frame.kind];
    for (const kind of kinds) document.body.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: frame }));
    if (frame.kind === "notices") this.tellSystem();
  }

  /** A system notification when the person allowed it and is not looking. */
  private tellSystem(): void {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    if (this.dataset["browser"] === "0") return;
    const shown = new Notification("同舟", { body: "您有新的提醒", tag: "tongzhou" });
    shown.addEventListener("click", () => {
      window.focus();
    });
  }

  private startPolling(): void {
    if (this.poll) return;
    this.poll = window.setInterval(() => {
      if (!document.hidden && !this.asking) this.announce(RESYNC);
    }, POLL_MS);
  }

  private readonly retryNow = (): void => {
    if (this.socket?.readyState === WebSocket.CLOSED) this.open();
  };

  private readonly lookAgain = (): void => {
    if (!document.hidden && this.poll) this.announce(RESYNC);
  };
}
