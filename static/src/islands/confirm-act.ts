// Irreversible acts ask once and say what will happen. Wrap the submit button:
// <confirm-act title="签发公文" text="签发后正文与附件锁定，转文书科复核。" act="确认签发"><button>签发</button></confirm-act>
import { toast } from "./page-manners";

// How long the question stays after the answer: the second click of a double click must not fall on what lies below.
const SECOND_CLICK_MS = 500;

/** Asks before its submit button submits. */
export class ConfirmAct extends HTMLElement {
  private agreed = false;

  connectedCallback(): void {
    this.addEventListener("click", this.ask, true);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.ask, true);
  }

  private readonly ask = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button, input[type=submit]");
    if (!button || button.disabled) return;
    if (this.agreed) {
      this.agreed = false;
      return;
    }
    const form = button.form;
    if (form && !form.noValidate && !form.reportValidity()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.show(button);
  };

  private show(button: HTMLButtonElement): void {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "confirm-title");
    const head = document.createElement("div");
    head.className = "dialog__head";
    const title = document.createElement("h2");
    title.id = "confirm-title";
    title.textContent = this.getAttribute("title") ?? "请确认";
    head.append(title);
    const body = document.createElement("div");
    body.className = "dialog__body";
    for (const line of (this.getAttribute("text") ?? "").split("\n")) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      body.append(paragraph);
    }
    const foot = document.createElement("div");
    foot.className = "dialog__foot";
    const no = ConfirmAct.button("取消", "button");
    const yes = ConfirmAct.button(this.getAttribute("act") ?? button.textContent?.trim() ?? "确定", "button button--primary");
    foot.append(no, yes);
    dialog.append(head, body, foot);
    document.body.append(dialog);
    no.addEventListener("click", () => {
      dialog.close();
    });
    yes.addEventListener("click", () => {
      if (!button.isConnected) {
        dialog.close();
        toast(document, "列表已更新，请重新选择。", "warning");
        return;
      }
      this.agreed = true;
      no.disabled = yes.disabled = true;
      button.click();
      window.setTimeout(() => { dialog.close(); }, SECOND_CLICK_MS);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (!yes.disabled) button.focus();
    });
    dialog.showModal();
    yes.focus();
  }

  private static button(text: string, classes: string): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = classes;
    made.textContent = text;
    return made;
  }
}
