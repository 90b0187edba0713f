// The page's view of a media server. The embedded one speaks the lines of apps/meetings/sfu; another would be another class.

export type Source = "mic" | "camera" | "screen";
/** Why a source is off: by a host, because somebody else shares, or because it was turned too often. */
export type Silence = "quieted" | "blocked" | "unblocked" | "busy" | "slow";
export const SOURCES: readonly Source[] = ["mic", "camera", "screen"];

export interface Ticket {
  kind: string;
  url: string;
  token: string;
}

export interface Present {
  who: string;
  live: Source[];
  blocked: Source[];
}

/** What a client tells the page. `ended`: it will not come back by itself, with the reason. */
export interface Listener {
  people(people: Present[]): void;
  track(who: string, source: Source, track: MediaStreamTrack): void;
  speaking(who: string[]): void;
  /** Whose cameras are sent here; `foreign`: whose pictures this browser cannot decode. */
  shown(who: string[], foreign: string[]): void;
  silenced(source: Source, why: Silence): void;
  lost(): void;
  ended(why: string): void;
  /** Whether the media server writes down what it hears and sees. */
  recording(isOn: boolean): void;
}

/** Made while the devices are checked: whatever needs neither network nor server is ready when somebody wants to come in. */
export interface MeetingClient {
  /** A ticket is asked for: whatever needs no ticket is done meanwhile. */
  call(): void;
  join(ticket: Ticket): void;
  setSource(source: Source, track: MediaStreamTrack | null): Promise<void>;
  want(who: string[]): void;
  quality(): Promise<number>;
  leave(): void;
}

interface Line {
  t: string;
  sdp?: string;
  people?: Present[];
  tracks?: { mid: string; who: string; source: Source }[];
  who?: string[];
  foreign?: string[];
  source?: Source;
  why?: string;
  on?: boolean;
}

const KINDS: Record<Source, "audio" | "video"> = { mic: "audio", camera: "video", screen: "video" };
const BITS: Record<Source, number> = { mic: 40_000, camera: 700_000, screen: 1_800_000 };
const SILENT_MS = 3000;
const DOOR = "/ws/video/"; // of the embedded server, whose lines these are
const STALE = new Set(["expired", "used"]);
const LAST_WORDS = new Set(["removed", "ended", "replaced"]);

/** Our own media server, reached by a socket of the site. */
export class EmbeddedClient implements MeetingClient {
  private socket: WebSocket | null = null;
  private token = "";
  private readonly sends = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  private readonly hears = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  private readonly ways = new Map<Source, RTCRtpTransceiver>();
  private readonly live = new Map<Source, MediaStreamTrack>();
  private readonly offer: Promise<RTCSessionDescriptionInit>;
  private offered: Promise<void> = Promise.resolve();
  private turn: Promise<void> = Promise.resolve();
  private sending: Promise<void> = Promise.resolve();
  private isOver = false;
  private isPublished = false;
  private silent = 0;
  private before = { lost: 0, received: 0 };

  constructor(private readonly listener: Listener) {
    for (const source of SOURCES) {
      const way = this.sends.addTransceiver(KINDS[source], { direction: "sendonly" });
      preferForwarded(way);
      this.ways.set(source, way);
    }
    this.watch(this.sends);
    this.watch(this.hears);
    this.offer = this.sends.createOffer();
    this.offer.catch(() => undefined); // met where it is awaited
  }

  /** From here on ways through the network are known, which may be others in an hour. */
  call(): void {
    if (this.socket) return;
    this.socket = this.called();
    this.offered = this.offer.then((offer) => this.sends.setLocalDescription(offer));
    this.offered.catch(() => undefined); // likewise
    this.hears.setConfiguration({ bundlePolicy: "max-bundle", iceCandidatePoolSize: 1 });
  }

  join(ticket: Ticket): void {
    this.token = ticket.token;
    this.call();
    if (this.socket?.readyState === WebSocket.OPEN) this.enter();
    else if (this.socket?.readyState !== WebSocket.CONNECTING) this.drop();
  }

  private enter(): void {
    this.say({ t: "join", token: this.token });
    if (this.sends.localDescription) this.publish(); // before the page is built, which takes its time
    else this.inTurn(async () => {
      await this.offered;
      this.publish();
    });
  }

  private called(): WebSocket {
    const url = new URL(DOOR, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.addEventListener("open", () => { if (this.token) this.enter(); });
    socket.addEventListener("message", (event) => {
      const line = JSON.parse(String(event.data)) as Line;
      if (line.t === "answer") this.inTurn(() => this.answered(line));
      else if (line.t === "codec") this.inTurn(() => this.publishAnew());
      else this.turn = this.turn.then(() => this.hear(line)).catch(() => { this.drop(); });
    });
    // what was said before is heard first: perhaps that this is the end
    socket.addEventListener("close", () => { if (this.token) this.turn = this.turn.then(() => { this.drop(); }); });
    return socket;
  }

  /** What concerns sending, one thing after the other; receiving does not wait for it. */
  private inTurn(step: () => Promise<void>): void {
    this.sending = this.sending.then(() => this.isOver ? undefined : step()).catch(() => { this.drop(); });
  }

  leave(): void {
    this.isOver = true;
    this.close();
  }

  async setSource(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.live.set(source, track);
    else this.live.delete(source);
    await this.ways.get(source)?.sender.replaceTrack(track);
    this.say({ t: "live", source, on: track !== null });
  }

  want(who: string[]): void {
    this.say({ t: "want", who });
  }

  /** The share of packets lost on the way here since the last question, 0–1. */
  async quality(): Promise<number> {
    let lost = 0;
    let received = 0;
    const report = await this.hears.getStats();
    report.forEach((entry: { type: string; packetsLost?: number; packetsReceived?: number }) => {
      if (entry.type !== "inbound-rtp") return;
      lost += entry.packetsLost ?? 0;
      received += entry.packetsReceived ?? 0;
    });
    const [newlyLost, newly] = [Math.max(0, lost - this.before.lost), Math.max(0, received - this.before.received)];
    this.before = { lost, received };
    return newlyLost / Math.max(1, newlyLost + newly);
  }

  private say(line: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(line));
  }

  private async hear(line: Line): Promise<void> {
    switch (line.t) {
      case "joined":
      case "people":
        // drawing takes its time: an offer that has come with it goes before
        window.setTimeout(() => { if (!this.isOver) this.listener.people(line.people ?? []); });
        break;
      case "offer":
        await this.answer(line);
        break;
      case "speaking":
        this.listener.speaking(line.who ?? []);
        break;
      case "shown":
        this.listener.shown(line.who ?? [], line.foreign ?? []);
        break;
      case "quieted":
      case "blocked":
      case "unblocked":
      case "busy":
      case "slow":
        if (line.source) this.listener.silenced(line.source, line.t);
        break;
      case "recording":
        this.listener.recording(line.on ?? false);
        break;
      case "lost":
        this.drop();
        break;
      default:
        if (LAST_WORDS.has(line.t)) this.end(line.t);
        else if (line.t === "refused" && !this.isPublished) this.refused(line.why ?? "");
    }
  }

  private publish(): void {
    const labels = Object.fromEntries([...this.ways].map(([source, way]) => [way.mid ?? "", source]));
    this.say({ t: "publish", sdp: this.sends.localDescription?.sdp ?? "", labels, plays: decoded() });
    for (const source of this.live.keys()) this.say({ t: "live", source, on: true });
  }

  private async answered(line: Line): Promise<void> {
    this.isPublished = true;
    if (this.sends.signalingState !== "have-local-offer") return; // two were asked for, the first said the same
    await this.sends.setRemoteDescription({ type: "answer", sdp: line.sdp ?? "" });
    await this.limit();
  }

  /** Others came or went: the server takes pictures in another codec now, which its next answer names. */
  private async publishAnew(): Promise<void> {
    await this.sends.setLocalDescription();
    this.publish();
  }

  private async limit(): Promise<void> {
    for (const [source, { sender }] of this.ways) {
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) encoding.maxBitrate = BITS[source];
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }

  private async answer(line: Line): Promise<void> {
    const connection = this.hears;
    await connection.setRemoteDescription({ type: "offer", sdp: line.sdp ?? "" });
    await connection.setLocalDescription();
    const found = /^a=fingerprint:sha-256 (\S+)/m.exec(connection.localDescription?.sdp ?? "");
    this.say({ t: "answered", fingerprint: found?.[1] ?? "" });
    const byMid = new Map(connection.getTransceivers().map((way) => [way.mid, way.receiver.track]));
    for (const { mid, who, source } of line.tracks ?? []) {
      const track = byMid.get(mid);
      if (track) this.listener.track(who, source, track);
    }
  }

  private watch(connection: RTCPeerConnection): void {
    connection.addEventListener("connectionstatechange", () => {
      window.clearTimeout(this.silent);
      if (connection.connectionState === "failed") this.drop();
      // browsers wait half a minute before they call it failed; a person does not
      if (connection.connectionState === "disconnected") this.silent = window.setTimeout(() => { this.drop(); }, SILENT_MS);
    });
  }

  /** A ticket that grew old on the way is asked for anew; anything else would be refused again. */
  private refused(why: string): void {
    if (STALE.has(why)) this.drop();
    else this.end(`refused:${why}`);
  }

  private drop(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.close();
    this.listener.lost();
  }

  private end(why: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.close();
    this.listener.ended(why);
  }

  private close(): void {
    window.clearTimeout(this.silent);
    this.socket?.close();
    this.sends.close();
    this.hears.close();
  }
}

/** The server forwards these: a browser that would rather send something else is told so before it offers. */
function preferForwarded(way: RTCRtpTransceiver): void {
  const kind = way.receiver.track.kind;
  const codecs = (kind === "audio" ? ["opus"] : ["vp8", "h264"]).flatMap((codec) => capable(kind).filter((one) => isOf(one, codec)));
  try {
    if (codecs.length && "setCodecPreferences" in way) way.setCodecPreferences(codecs);
  } catch {
    // it offers all it has: the server finds its own among them
  }
}

/** Codecs of pictures this browser can show. */
function decoded(): string[] {
  return ["vp8", "h264"].filter((codec) => capable("video").some((one) => isOf(one, codec)));
}

function capable(kind: string): RTCRtpCodec[] {
  return typeof RTCRtpReceiver.getCapabilities === "function" ? RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [] : [];
}

/** H.264 as conference terminals speak it: constrained baseline, in pieces as small as packets. */
function isOf(one: RTCRtpCodec, codec: string): boolean {
  if (one.mimeType.toLowerCase().split("/")[1] !== codec) return false;
  return codec !== "h264" || /packetization-mode=1/.test(one.sdpFmtpLine ?? "") && /profile-level-id=42[4-7c-f]/i.test(one.sdpFmtpLine ?? "");
}
