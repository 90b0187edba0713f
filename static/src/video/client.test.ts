import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EmbeddedClient, type Listener } from "./client";

class Peer extends EventTarget {
  static made: Peer[] = [];
  signalingState = "stable";
  connectionState = "new";
  offers = 0;
  localDescription: { sdp: string } | null = null;
  private count = 0;

  constructor() {
    super();
    Peer.made.push(this);
  }

  addTransceiver(kind: string): unknown {
    const sender = { replaceTrack: () => Promise.resolve(), getParameters: () => ({ encodings: [] }), setParameters: () => Promise.resolve() };
    return { mid: String(this.count++), sender, receiver: { track: { kind } } };
  }

  getTransceivers(): unknown[] {
    return [];
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: "offer" });
  }

  setConfiguration(): void {
    // kept by nobody
  }

  setLocalDescription(): Promise<void> {
    this.offers += 1;
    this.localDescription = { sdp: `offer ${String(this.offers)}\r\na=fingerprint:sha-256 AB` };
    this.signalingState = this.signalingState === "have-remote-offer" ? "stable" : "have-local-offer";
    return Promise.resolve();
  }

  setRemoteDescription({ type }: { type: string }): Promise<void> {
    if (type === "answer" && this.signalingState !== "have-local-offer") return Promise.reject(new Error("answers nothing"));
    this.signalingState = type === "answer" ? "stable" : "have-remote-offer";
    return Promise.resolve();
  }

  close(): void {
    this.connectionState = "closed";
  }
}

class Wire extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static made: Wire[] = [];
  readyState = 0;
  said: Record<string, unknown>[] = [];

  constructor(readonly url: URL) {
    super();
    Wire.made.push(this);
  }

  send(text: string): void {
    this.said.push(JSON.parse(text) as Record<string, unknown>);
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  hear(line: Record<string, unknown>): Promise<void> {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(line) }));
    return settled();
  }

  close(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }

  get kinds(): unknown[] {
    return this.said.map((one) => one["t"]);
  }
}

const TICKET = { kind: "embedded", url: "/ws/video/", token: "good" };
const TRACK = {} as MediaStreamTrack;
const listener = { people: vi.fn(), track: vi.fn(), speaking: vi.fn(), shown: vi.fn(), silenced: vi.fn(), lost: vi.fn(), ended: vi.fn(), recording: vi.fn() } satisfies Listener;

function settled(): Promise<void> {
  return new Promise((done) => { setTimeout(done, 5); });
}

function made(): { client: EmbeddedClient; wire: Wire; sends: Peer } {
  const client = new EmbeddedClient(listener);
  client.call();
  return { client, wire: Wire.made[0] as Wire, sends: Peer.made[0] as Peer };
}

beforeEach(() => {
  vi.stubGlobal("RTCPeerConnection", Peer);
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: [{ mimeType: "video/VP8" }] }) });
  Peer.made = [];
  Wire.made = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test("everything is ready before the ticket, and nothing is said without one", async () => {
  const { client, wire, sends } = made();
  wire.open();
  await settled();
  expect(sends.offers).toBe(1);
  expect(wire.said).toEqual([]);
  await client.setSource("mic", TRACK);
  client.join(TICKET);
  await settled();
  expect(wire.kinds.slice(-3)).toEqual(["join", "publish", "live"]);
  expect(wire.said.at(-2)).toMatchObject({ labels: { 0: "mic", 1: "camera", 2: "screen" }, plays: ["vp8"] });
});

test("before anybody wants to come in, nothing is called and no way is looked for", async () => {
  const client = new EmbeddedClient(listener);
  await settled();
  expect([Wire.made.length, (Peer.made[0] as Peer).offers]).toEqual([0, 0]);
  client.join(TICKET);
  await settled();
  expect([Wire.made.length, (Peer.made[0] as Peer).offers]).toEqual([1, 1]);
  client.call();
  expect(Wire.made.length).toBe(1);
  client.leave();
});

test("an offer goes before the drawing of who is there", async () => {
  const { client, wire } = made();
  const heard: string[] = [];
  listener.people.mockImplementation(() => heard.push("people"));
  wire.open();
  client.join(TICKET);
  await settled();
  vi.spyOn(wire, "send").mockImplementation((text) => heard.push((JSON.parse(text) as { t: string }).t));
  void wire.hear({ t: "joined", people: [] });
  await wire.hear({ t: "offer", sdp: "", tracks: [] });
  await settled();
  expect(heard).toEqual(["answered", "people"]);
  listener.people.mockReset();
});

test("who has left hears nothing more of the others", async () => {
  const { client, wire } = made();
  wire.open();
  client.join(TICKET);
  void wire.hear({ t: "people", people: [] });
  client.leave();
  await settled();
  expect(listener.people).not.toHaveBeenCalled();
});

test("a ticket that comes before the socket is open is shown when it is", async () => {
  const { client, wire } = made();
  client.join(TICKET);
  expect(wire.said).toEqual([]);
  wire.open();
  await settled();
  expect(wire.kinds).toEqual(["join", "publish"]);
});

test("a socket that closed before the ticket came is no loss until then", async () => {
  const { client, wire } = made();
  wire.close();
  await settled();
  expect(listener.lost).not.toHaveBeenCalled();
  client.join(TICKET);
  expect(listener.lost).toHaveBeenCalledOnce();
});

test("what is received does not wait for what is sent", async () => {
  const { client, wire } = made();
  wire.open();
  client.join(TICKET);
  await settled();
  await wire.hear({ t: "offer", sdp: "", tracks: [] });
  expect(wire.kinds.at(-1)).toBe("answered");
});

test("another codec is offered anew, and an answer too many is left alone", async () => {
  const { client, wire, sends } = made();
  wire.open();
  client.join(TICKET);
  await settled();
  await wire.hear({ t: "answer", sdp: "" });
  await wire.hear({ t: "codec" });
  await wire.hear({ t: "codec" });
  expect([sends.offers, wire.kinds.filter((one) => one === "publish").length]).toEqual([3, 3]);
  await wire.hear({ t: "answer", sdp: "" });
  await wire.hear({ t: "answer", sdp: "" });
  expect(sends.signalingState).toBe("stable");
  expect(listener.lost).not.toHaveBeenCalled();
});

test("a room that is full says so once; a ticket grown old is asked for anew", async () => {
  const full = made();
  full.wire.open();
  full.client.join(TICKET);
  await full.wire.hear({ t: "refused", why: "full" });
  full.wire.close();
  await settled();
  expect(listener.ended).toHaveBeenCalledExactlyOnceWith("refused:full");
  expect(listener.lost).not.toHaveBeenCalled();
  Wire.made = [];
  const old = made();
  old.wire.open();
  old.client.join(TICKET);
  await old.wire.hear({ t: "refused", why: "used" });
  expect(listener.lost).toHaveBeenCalledOnce();
});
