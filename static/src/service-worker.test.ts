/// <reference types="vite/client" />
import { describe, expect, it, vi } from "vitest";
import SOURCE from "./service-worker.js?raw";

interface Fetched {
  request: { method: string; url: string; mode: string };
  respondWith: (answer: Promise<unknown>) => void;
}

/** What the worker answers to a page when the network is away and its cache holds `kept`. */
async function offline(kept: unknown): Promise<unknown> {
  const heard = new Map<string, (event: Fetched) => void>();
  const self = { location: { origin: "http://localhost" }, addEventListener: heard.set.bind(heard) };
  const caches = { match: () => Promise.resolve(kept) };
  const error = { error: () => "error" };
  new Function("self", "caches", "fetch", "Response", SOURCE)(self, caches, () => Promise.reject(new TypeError("away")), error);
  const respondWith = vi.fn<(answer: Promise<unknown>) => void>();
  heard.get("fetch")?.({ request: { method: "GET", url: "http://localhost/duty/", mode: "navigate" }, respondWith });
  return await respondWith.mock.calls[0]?.[0];
}

describe("the worker without a network", () => {
  it("shows our own page", async () => {
    expect(await offline("offline page")).toBe("offline page");
  });

  it("says that the network is away when nothing is kept", async () => {
    expect(await offline(undefined)).toBe("error");
  });
});
