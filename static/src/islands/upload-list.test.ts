import { afterEach, describe, expect, it, vi } from "vitest";
import { UploadList } from "./upload-list";

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

describe("upload-list", () => {
  afterEach(() => vi.unstubAllGlobals());

  function make(): UploadList {
    if (!customElements.get("upload-list")) customElements.define("upload-list", UploadList);
    document.body.innerHTML = '<upload-list subject-kind="x" subject-id="1"><ul data-list></ul></upload-list>';
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
});
