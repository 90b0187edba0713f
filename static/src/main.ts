// The shell's script: what every page needs, nothing more. Heavy islands load where their element stands.
import { ConfirmAct } from "./islands/confirm-act";
import { IdleLock } from "./islands/idle-lock";
import { LiveSocket } from "./islands/live-socket";
import { NoticePermission } from "./islands/notice-permission";
import { PasskeyCeremony } from "./islands/passkey-ceremony";
import { PenPad } from "./islands/pen-pad";
import { SelectAll } from "./islands/select-all";
import { SheetViewer } from "./islands/sheet-viewer";
import { UnitPicker } from "./islands/unit-picker";
import { UploadList } from "./islands/upload-list";
import { startAppearance } from "./islands/appearance";
import { startLiveCounts } from "./islands/live-counts";
import { startLiveRefresh } from "./islands/live-refresh";
import { startPageManners } from "./islands/page-manners";
import { startSessionEnd } from "./islands/session-end";
import { startShell } from "./islands/pwa";
import { restoreTyped } from "./islands/typed-keeper";

startAppearance(document.documentElement, window.localStorage);
startShell(document, window.localStorage);
startPageManners(document);
startLiveCounts(document);
startLiveRefresh(document);
startSessionEnd(document);

customElements.define("confirm-act", ConfirmAct);
customElements.define("idle-lock", IdleLock);
customElements.define("live-socket", LiveSocket);
customElements.define("notice-permission", NoticePermission);
customElements.define("passkey-ceremony", PasskeyCeremony);
customElements.define("pen-pad", PenPad);
customElements.define("select-all", SelectAll);
customElements.define("sheet-viewer", SheetViewer);
customElements.define("unit-picker", UnitPicker);
customElements.define("upload-list", UploadList);

restoreTyped(document);

if (document.querySelector("body-editor")) void import("./islands/body-editor").then((island) => island.register());
if (document.querySelector("video-room")) void import("./video/video-room").then((island) => { island.register(); });
if (document.querySelector("log-keeper")) void import("./islands/log-keeper").then((island) => { island.register(); });
if (document.querySelector("event-form")) void import("./islands/event-form").then((island) => { island.register(); });
if (document.querySelector("roster-grid")) void import("./islands/roster-grid").then((island) => { island.register(); });
if (document.querySelector("chat-room")) void import("./islands/chat-room").then((island) => { island.register(); });
if (document.querySelector("door-display")) void import("./islands/door-display").then((island) => { island.register(); });
if (document.querySelector("page-show")) void import("./islands/page-show").then((island) => { island.register(); });
if (document.querySelector("film-player")) void import("./islands/film-player").then((island) => { island.register(); });
