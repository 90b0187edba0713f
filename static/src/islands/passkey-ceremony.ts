// A passkey is made or asked for: options from the page or from an address, the answer into the form.
type Json = Record<string, unknown>;

const REFUSED = "没有完成。请重试，或改用其他方式。";
const PROMPT = new Set(["NotAllowedError", "AbortError"]);

/** Bytes of base64url text. */
export function bytesOf(text: string): ArrayBuffer {
  const plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0)).buffer;
}

/** Base64url text of bytes. */
export function textOf(bytes: ArrayBuffer | null): string | null {
  if (!bytes) return null;
  const plain = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBytes(list: unknown): PublicKeyCredentialDescriptor[] {
  return ((list as Json[] | undefined) ?? []).map((entry) => ({ ...entry, id: bytesOf(String(entry["id"])) }) as unknown as PublicKeyCredentialDescriptor);
}

/** The server's JSON as what the browser's call takes; older browsers cannot parse it themselves. */
export function creationOptions(json: Json): PublicKeyCredentialCreationOptions {
  const user = json["user"] as Json;
  return {
    ...json,
    challenge: bytesOf(String(json["challenge"])),
    user: { ...user, id: bytesOf(String(user["id"])) },
    excludeCredentials: withBytes(json["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
}

/** Likewise for asking. */
export function requestOptions(json: Json): PublicKeyCredentialRequestOptions {
  return { ...json, challenge: bytesOf(String(json["challenge"])), allowCredentials: withBytes(json["allowCredentials"]) } as unknown as PublicKeyCredentialRequestOptions;
}

/** The browser's answer as JSON for the server. */
export function answerOf(credential: PublicKeyCredential): Json {
  const response = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const fields: Json = { clientDataJSON: textOf(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"] as const) {
    const value = response[name] as ArrayBuffer | null | undefined;
    if (value) fields[name] = textOf(value);
  }
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response: fields,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

/** <passkey-ceremony data-act="create|get" data-options="id" | data-from="address"> holds a form, [data-start], [data-credential], [data-words]. */
export class PasskeyCeremony extends HTMLElement {
  connectedCallback(): void {
    const start = this.querySelector<HTMLButtonElement>("[data-start]");
    if (!start || !("PublicKeyCredential" in window) || !window.isSecureContext) return;
    start.hidden = false;
    start.addEventListener("click", this.begin);
  }

  disconnectedCallback(): void {
    this.querySelector("[data-start]")?.removeEventListener("click", this.begin);
  }

  private readonly begin = (): void => {
    this.say("");
    this.run().catch((error: unknown) => {
      this.say(error instanceof DOMException && PROMPT.has(error.name) ? REFUSED : "这台设备或浏览器不能使用通行密钥，请改用其他方式。");
    });
  };

  private async run(): Promise<void> {
    const options = await this.options();
    const credential = this.dataset["act"] === "create"
      ? await navigator.credentials.create({ publicKey: creationOptions(options) })
      : await navigator.credentials.get({ publicKey: requestOptions(options) });
    const field = this.querySelector<HTMLInputElement>("[data-credential]");
    if (!credential || !field) throw new DOMException("", "AbortError");
    field.value = JSON.stringify(answerOf(credential as PublicKeyCredential));
    field.form?.submit();
  }

  private async options(): Promise<Json> {
    const from = this.dataset["from"];
    const text = from
      ? await (await fetch(from, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } })).text()
      : document.getElementById(this.dataset["options"] ?? "")?.textContent ?? "{}";
    const given = JSON.parse(text) as Record<string, Json | undefined>;
    const options = given["creation_options"] ?? given["request_options"];
    return (options?.["publicKey"] ?? {}) as Json;
  }

  private say(words: string): void {
    this.querySelector("[data-words]")?.replaceChildren(words);
  }
}
