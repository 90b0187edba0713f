import { expect, it, vi } from "vitest";
import type { ChatApi } from "./chat-api";
import { ChatComposer } from "./chat-composer";

it("puts words back behind what is being written", () => {
  vi.useFakeTimers();
  document.body.innerHTML =
    "<form><div data-files></div><div data-quote></div><div data-names></div><textarea></textarea><button data-send></button></form>";
  const composer = new ChatComposer(document.querySelector("form") as HTMLFormElement, {} as ChatApi, [], false, () => undefined);
  const text = document.querySelector("textarea") as HTMLTextAreaElement;
  composer.write("撤回的话");
  expect(text.value).toBe("撤回的话");
  text.value = "正在写的话";
  composer.write("撤回的话");
  expect(text.value).toBe("正在写的话\n撤回的话");
  document.body.innerHTML = "";
  vi.useRealTimers();
});
