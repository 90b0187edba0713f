import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PasskeyCeremony, answerOf, bytesOf, creationOptions, requestOptions, textOf } from "./passkey-ceremony";

if (!customElements.get("passkey-ceremony")) customElements.define("passkey-ceremony", PasskeyCeremony);

const FORM = '<form><input type="hidden" name="credential" data-credential><button type="button" data-start hidden></button><p data-words></p></form>';

function buffer(text: string): ArrayBuffer {
  return bytesOf(text);
}

describe("base64url", () => {
  it("goes there and back, also where + and / would stand", () => {
    for (const text of ["", "AA", "-_-_", "c2FpbA"]) expect(textOf(bytesOf(text))).toBe(text);
    expect(textOf(null)).toBeNull();
  });
});

describe("options", () => {
  it("become bytes where the browser wants bytes", () => {
    const made = creationOptions({ challenge: "AAEC", user: { id: "Aw", name: "x" }, excludeCredentials: [{ id: "BA", type: "public-key" }] });
    expect(new Uint8Array(made.challenge as ArrayBuffer)).toEqual(new Uint8Array([0, 1, 2]));
    expect(new Uint8Array(made.user.id as ArrayBuffer)).toEqual(new Uint8Array([3]));
    expect(made.excludeCredentials?.length).toBe(1);
    expect(requestOptions({ challenge: "AAEC" }).allowCredentials).toEqual([]);
  });
});

describe("passkey-ceremony", () => {
  const get = vi.fn();
  beforeEach(() => {
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("PublicKeyCredential", vi.fn());
    vi.stubGlobal("navigator", { credentials: { get } });
    get.mockReset();
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    document.body.innerHTML = "";
  });

  function shown(): HTMLButtonElement {
    document.body.innerHTML = `<script type="application/json" id="o">{"request_options":{"publicKey":{"challenge":"AAEC"}}}</script><passkey-ceremony data-act="get" data-options="o">${FORM}</passkey-ceremony>`;
    return document.querySelector("[data-start]") as HTMLButtonElement;
  }

  it("is not offered where the browser cannot", () => {
    vi.stubGlobal("isSecureContext", false);
    expect(shown().hidden).toBe(true);
  });

  it("puts the answer into the form and sends it", async () => {
    const submit = vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(() => undefined);
    const response = { clientDataJSON: buffer("AQ"), authenticatorData: buffer("Ag"), signature: buffer("Aw"), userHandle: null };
    get.mockResolvedValue({ id: "AQ", rawId: buffer("AQ"), type: "public-key", response, getClientExtensionResults: () => ({}) });
    shown().click();
    await vi.waitFor(() => { expect(submit).toHaveBeenCalledOnce(); });
    const sent = JSON.parse(document.querySelector<HTMLInputElement>("[data-credential]")?.value ?? "{}") as { response: Record<string, string> };
    expect(sent.response).toEqual({ clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw" });
    submit.mockRestore();
  });

  it("says so when the person turns away", async () => {
    get.mockRejectedValue(new DOMException("", "NotAllowedError"));
    shown().click();
    await vi.waitFor(() => { expect(document.querySelector("[data-words]")?.textContent).toContain("没有完成"); });
  });

  it("keeps what the browser told of extensions", () => {
    const credential = { id: "AQ", rawId: buffer("AQ"), type: "public-key", response: { clientDataJSON: buffer("AQ"), attestationObject: buffer("Ag") }, getClientExtensionResults: () => ({ credProps: { rk: true } }) };
    expect(answerOf(credential as unknown as PublicKeyCredential)["clientExtensionResults"]).toEqual({ credProps: { rk: true } });
  });
});
