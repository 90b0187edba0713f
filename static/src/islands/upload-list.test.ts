import { afterEach, describe, expect, it, vi } from "vitest";
import { UploadList } from "./upload-list";

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

describe("upload-list", () => {
  let subject = 0;

  afterEach(() => vi.unstubAllGlobals());

  function make(): UploadList {
    if (!customElements.get("upload-list")) customElements.define("upload-list", UploadList);
    subject += 1;
    document.body.innerHTML = drawn("");
    return document.querySelector("upload-list") as UploadList;
  }

  function drawn(rows: string): string {
    return `<upload-list subject-kind="x" subject-id="${String(subject)}"><ul data-list>${rows}</ul></upload-list>`;
  }

  /** As htmx does: the new one before the old, then the old one away. */
  async function drawnAnew(old: UploadList, rows: string): Promise<UploadList> {
    old.insertAdjacentHTML("beforebegin", drawn(rows));
    old.remove();
    await Promise.resolve();
    return document.querySelector("upload-list") as UploadList;
  }

  it("goes on where the server stands after a conflict", async () => {
    const offsets: string[] = [];
    const replies = [
      answer(201, { id: 7, chunk_size: 2, offset: 0 }),
      answer(409, { message: "断点不一致", data: { offset: 2 } }),
      answer(200, { state: "ready" }),
    ];
    vi.stubGlobal("fetch", (_url: string, options: RequestInit) => {
      offsets.push((options.headers as Record<string, string>)["Upload-Offset"] ?? "");
      return Promise.resolve(replies.shift());
    });
    await make().send(new File(["abcd"], "a.txt"));
    expect(offsets).toEqual(["", "0", "2"]);
    expect(document.querySelector("li")).toBeNull();
  });

  it("shows the server's refusal and offers a retry", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(answer(413, { message: "文件超过100MB。" })));
    await make().send(new File(["abcd"], "a.txt"));
    expect(document.querySelector("[role=alert]")?.textContent).toContain("文件超过100MB。");
    expect(document.querySelector("button")?.textContent).toBe("重试");
  });

  it("keeps a refused file with its reason when the list is drawn anew, until it is dismissed", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(answer(413, { message: "文件超过100MB。" })));
    const old = make();
    await old.send(new File(["abcd"], "a.txt"));
    const list = await drawnAnew(old, "<li>b.txt</li>");
    expect(document.querySelectorAll("upload-list")).toHaveLength(1);
    expect([...list.querySelectorAll("li")].map((row) => row.textContent)).toEqual(["b.txt", "a.txt：文件超过100MB。重试"]);
    list.querySelector<HTMLButtonElement>("[aria-label='不再显示 a.txt']")?.click();
    expect(list.textContent).toBe("b.txt");
  });

  it("sends a refused file again from the list that stands now", async () => {
    let status = 413;
    vi.stubGlobal("fetch", () => Promise.resolve(answer(status, { message: "文件超过100MB。", id: 7, chunk_size: 9, offset: 0, state: "ready" })));
    const old = make();
    await old.send(new File(["abcd"], "a.txt"));
    const list = await drawnAnew(old, "");
    status = 200;
    const changed = new Promise((told) => { document.body.addEventListener("files:changed", told, { once: true }); });
    list.querySelector("button")?.click();
    expect(list.querySelector("progress")).not.toBeNull();
    await changed;
    expect(list.querySelector("li")).toBeNull();
  });

  it("goes on with what is on its way, and names once what the server lists too", async () => {
    let release: (answer: Response) => void = () => undefined;
    const replies = [
      Promise.resolve(answer(201, { id: 7, chunk_size: 9, offset: 0 })),
      new Promise<Response>((told) => { release = told; }),
    ];
    vi.stubGlobal("fetch", () => replies.shift());
    const old = make();
    const sent = old.send(new File(["abcd"], "a.txt"));
    await vi.waitFor(() => { expect(document.querySelector("li")?.getAttribute("data-upload")).toBe("7"); });
    const listed = '<li>a.txt<button data-remove-file="7"></button></li>';
    let list = await drawnAnew(old, listed);
    expect(list.querySelectorAll("li")).toHaveLength(1);
    expect(list.querySelector("progress")).not.toBeNull();
    release(answer(200, { state: "refused", refusal: "文件含有涉密标志。" }));
    await sent;
    expect(list.textContent).toContain("文件含有涉密标志。");
    list = await drawnAnew(list, listed);
    expect(list.querySelectorAll("li")).toHaveLength(1);
    expect(list.querySelector("[data-upload]")).toBeNull();
  });

  it("takes a refused file off the server too, when it is dismissed and when it is sent again", async () => {
    const asked: string[] = [];
    let last = 0;
    vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
      asked.push(`${String(options.method)} ${url}`);
      if (options.method === "POST") last += 1;
      if (options.method === "DELETE") return Promise.resolve(new Response(null, { status: 204 }));
      return Promise.resolve(answer(200, { id: last, chunk_size: 9, offset: 0, state: "refused", refusal: "文件设有密码。" }));
    });
    const list = make();
    await list.send(new File(["abcd"], "a.pdf"));
    list.querySelector("button")?.click();
    await vi.waitFor(() => { expect(asked).toContain("DELETE /api/v1/uploads/1/"); });
    await vi.waitFor(() => { expect(list.querySelector("[role=alert]")?.textContent).toContain("文件设有密码。"); });
    const told = new Promise((changed) => { document.body.addEventListener("files:changed", changed, { once: true }); });
    list.querySelector<HTMLButtonElement>("[aria-label='不再显示 a.pdf']")?.click();
    await told;
    expect(asked.at(-1)).toBe("DELETE /api/v1/uploads/2/");
    expect(list.querySelector("li")).toBeNull();
  });
});
