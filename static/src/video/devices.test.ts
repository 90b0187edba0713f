import { describe, expect, it } from "vitest";
import { browserTrouble, canShareScreen, deviceTrouble, phoneLimits } from "./devices";

const WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0";

function view(given: { agent?: string; isSecure?: boolean; devices?: object | null; hasPeer?: boolean }): Window {
  const navigator = { userAgent: given.agent ?? "", ...(given.devices === null ? {} : { mediaDevices: given.devices ?? {} }) };
  const peer = given.hasPeer === false ? {} : { RTCPeerConnection: () => undefined };
  return { navigator, isSecureContext: given.isSecure ?? true, ...peer } as unknown as Window;
}

describe("deviceTrouble", () => {
  it("says what to do about a device that is taken, missing or not allowed", () => {
    expect(deviceTrouble(new DOMException("", "NotReadableError"), "摄像头")).toContain("正被其他程序占用");
    expect(deviceTrouble(new DOMException("", "NotFoundError"), "摄像头")).toContain("没有找到摄像头");
    expect(deviceTrouble(new DOMException("", "NotAllowedError"), "麦克风")).toContain("改为“允许”");
    expect(deviceTrouble(new Error("odd"), "麦克风")).toContain("可以先入会再试");
  });
});

describe("browserTrouble", () => {
  it("tells a page without https apart from a browser that cannot", () => {
    expect(browserTrouble(view({ isSecure: false }))).toContain("不是安全连接");
    expect(browserTrouble(view({ hasPeer: false }))).toContain("请换用新版");
    expect(browserTrouble(view({ devices: null, agent: WECHAT }))).toContain("在浏览器打开");
    expect(browserTrouble(view({}))).toBe("");
  });
});

describe("phoneLimits", () => {
  it("says before what phones and 微信 cannot do, and nothing on a desk", () => {
    expect(phoneLimits(view({ agent: WECHAT }))).toContain("微信内");
    expect(phoneLimits(view({ agent: "iPad" }))).toContain("摄像头会暂停");
    expect(phoneLimits(view({ agent: "X11; Linux" }))).toBe("");
    expect(canShareScreen(view({}))).toBe(false);
    expect(canShareScreen(view({ devices: { getDisplayMedia: () => undefined } }))).toBe(true);
  });
});
