// Before coming in: does the camera see, does the microphone hear.
import { button, make } from "../islands/dom";
import { cameraIcon, microphoneIcon } from "./marks";
import { question } from "./recording";
import { camera, devices, deviceTrouble, loudness, microphone, phoneLimits, type Heard } from "./devices";

/** What goes into the meeting; null is off. */
export interface Opened {
  mic: MediaStreamTrack | null;
  cam: MediaStreamTrack | null;
}

const HOLD_MS = 3000; // for a device that is just being opened; a question to the person may stand for ever

export class Lobby {
  private readonly card = make("section", "lobby");
  private readonly picture = make("video", "lobby__picture");
  private readonly words = make("p", "lobby__words");
  private readonly bar = make("meter", "lobby__level");
  private readonly enter: HTMLButtonElement;
  private readonly off = make("p", "lobby__off", "摄像头已关");
  private readonly choices = make("div", "lobby__choices");
  private readonly micButton: HTMLButtonElement;
  private readonly cameraButton: HTMLButtonElement;
  private mic: MediaStreamTrack | null = null;
  private cam: MediaStreamTrack | null = null;
  private heard: Heard | null = null;
  private micId = "";
  private cameraId = "";
  private frame = 0;
  private isOver = false;
  private changing: Promise<void> = Promise.resolve();
  private readonly troubles = new Map<string, string>();

  constructor(parent: HTMLElement, enter: () => void) {
    this.picture.autoplay = this.picture.muted = this.picture.playsInline = true;
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", "麦克风音量");
    this.micButton = button("button", "", () => { this.change(() => this.toggleMic()); });
    this.cameraButton = button("button", "", () => { this.change(() => this.toggleCamera()); });
    this.enter = button("button button--primary lobby__enter", "加入会议", () => {
      this.enter.disabled = true;
      this.words.textContent = "正在进入……";
      enter();
    });
    this.words.setAttribute("role", "status");
    const acts = make("div", "lobby__acts");
    acts.append(this.micButton, this.cameraButton);
    const title = parent.dataset["title"] ?? "";
    const view = make("div", "lobby__view");
    view.append(this.picture, this.off, this.bar);
    this.card.append(make("h1", "lobby__title", title), view, acts, this.choices, this.words, this.enter);
    parent.replaceChildren(this.card);
    this.words.textContent = (parent.dataset["guest"] ?? "") + phoneLimits();
    this.draw();
    this.change(() => this.toggleMic());
    this.change(() => this.toggleCamera());
    this.change(() => this.choose());
  }

  /** The waiting room. */
  wait(words: string): void {
    this.words.textContent = words;
  }

  /** The video is recorded: what about me? `answer` is given once. */
  ask(answer: (agrees: boolean) => void): void {
    this.words.textContent = "";
    this.enter.hidden = true;
    const box = question((agrees) => {
      box.remove();
      this.enter.hidden = false;
      this.words.textContent = "正在进入……";
      answer(agrees);
    });
    this.card.append(box);
  }

  /** Admitted: the lobby goes at once and hands over what is open, after what is being opened; what opens later still is shut again. */
  async handOver(): Promise<Opened> {
    this.card.remove();
    await Promise.race([this.changing, new Promise((done) => { window.setTimeout(done, HOLD_MS); })]);
    const opened = { mic: this.mic, cam: this.cam };
    this.mic = this.cam = null;
    this.close();
    return opened;
  }

  /** Away, with every device that was not handed over. */
  close(): void {
    this.isOver = true;
    window.cancelAnimationFrame(this.frame);
    this.heard?.stop();
    for (const track of [this.mic, this.cam]) track?.stop();
    this.card.remove();
  }

  /** One change of a device after the other: a second click waits for the first. */
  private change(step: () => Promise<void>): void {
    this.changing = this.changing.then(() => this.isOver ? undefined : step());
  }

  /** The track, unless the lobby has been left meanwhile: then it is shut. */
  private kept(track: MediaStreamTrack): MediaStreamTrack | null {
    if (!this.isOver) return track;
    track.stop();
    return null;
  }

  /** Which microphone and camera, where there are several. */
  private async choose(): Promise<void> {
    const found = await devices();
    const choice = (name: string, list: MediaDeviceInfo[], take: (id: string) => void): void => {
      if (list.length < 2) return;
      const select = make("select");
      list.forEach((one, place) => select.add(new Option(one.label || `${name} ${String(place + 1)}`, one.deviceId)));
      select.addEventListener("change", () => { take(select.value); });
      const label = make("label", "", name);
      label.append(select);
      this.choices.append(label);
    };
    choice("麦克风", found.microphones, (id) => {
      this.micId = id;
      if (this.mic) for (let turn = 0; turn < 2; turn += 1) this.change(() => this.toggleMic());
    });
    choice("摄像头", found.cameras, (id) => {
      this.cameraId = id;
      if (this.cam) for (let turn = 0; turn < 2; turn += 1) this.change(() => this.toggleCamera());
    });
  }

  private async toggleMic(): Promise<void> {
    if (this.mic) {
      this.mic.stop();
      this.mic = null;
      this.heard?.stop();
      this.heard = null;
    } else {
      try {
        this.mic = this.kept(await microphone(this.micId));
        if (!this.mic) return;
        this.well("麦克风");
        this.heard = loudness(this.mic);
        this.listen();
      } catch (error) {
        this.trouble("麦克风", error);
      }
    }
    this.draw();
  }

  private async toggleCamera(): Promise<void> {
    if (this.cam) {
      this.cam.stop();
      this.cam = null;
    } else {
      try {
        this.cam = this.kept(await camera(this.cameraId));
        if (!this.cam) return;
        this.well("摄像头");
      } catch (error) {
        this.trouble("摄像头", error);
      }
    }
    this.picture.srcObject = this.cam ? new MediaStream([this.cam]) : null;
    this.draw();
  }

  /** What is wrong with both stands there together, and goes when it is well again. */
  private trouble(what: string, error: unknown): void {
    this.troubles.set(what, deviceTrouble(error, what));
    this.words.textContent = [...this.troubles.values()].join("");
  }

  private well(what: string): void {
    if (this.troubles.delete(what)) this.words.textContent = [...this.troubles.values()].join("");
  }

  private listen(): void {
    this.bar.value = this.heard?.level() ?? 0;
    if (this.heard) this.frame = window.requestAnimationFrame(() => { this.listen(); });
  }

  private draw(): void {
    this.micButton.replaceChildren(microphoneIcon(this.mic !== null), this.mic ? "麦克风已开" : "麦克风已关");
    this.cameraButton.replaceChildren(cameraIcon(this.cam !== null), this.cam ? "摄像头已开" : "摄像头已关");
    this.micButton.setAttribute("aria-pressed", String(this.mic !== null));
    this.cameraButton.setAttribute("aria-pressed", String(this.cam !== null));
    this.off.hidden = this.cam !== null;
    this.bar.hidden = this.mic === null;
  }
}
