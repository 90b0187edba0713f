// Who may come besides those who are called: colleagues by the common link, guests from outside by a link of their own.
import { button, make } from "../islands/dom";

export interface Invitation {
  id: number;
  name: string;
  organisation: string;
  until: string;
}

/** What the box asks of the page. `invite` gives the guest's link, or rejects with a sentence for people. */
export interface Inviting {
  link: string;
  invite(name: string, organisation: string): Promise<string>;
  revoke(id: number): void;
}

export class InviteBox {
  readonly root = make("section", "room-people__invite");
  private readonly name = field("嘉宾姓名", 40);
  private readonly organisation = field("嘉宾单位", 80);
  private readonly said = make("p", "room-people__said");
  private readonly rows = make("div");

  constructor(private readonly orders: Inviting) {
    const form = make("details");
    const box = make("div", "room-form");
    box.append(this.name, this.organisation, button("button button--small button--primary", "生成邀请链接", () => { void this.invite(); }), this.said);
    form.append(make("summary", "button button--small", "邀请外部嘉宾"), box);
    this.said.setAttribute("role", "status");
    this.root.append(make("p", "", "本系统内未被通知的同事，凭链接申请入会，由主持人准入。"), copies("复制入会链接", orders.link), form, this.rows);
  }

  /** Invitations that are still good. */
  show(invitations: Invitation[]): void {
    this.rows.replaceChildren(...invitations.map((one) => {
      const row = make("div", "room-people__row");
      const text = make("p");
      text.append(make("strong", "", one.name), make("span", "muted", `${one.organisation} · ${one.until} 前有效`));
      row.append(text, button("button button--small", "撤回", () => {
        if (window.confirm(`撤回后，${one.name} 的链接立即失效，已入会的将被请出。确定撤回？`)) this.orders.revoke(one.id);
      }));
      return row;
    }));
  }

  private async invite(): Promise<void> {
    const [name, organisation] = [this.name.querySelector("input"), this.organisation.querySelector("input")];
    if (!name || !organisation) return;
    try {
      const link = await this.orders.invite(name.value, organisation.value);
      this.said.replaceChildren(`${name.value} 的专用链接已生成，只显示这一次，首次打开后仅限该设备使用。`, copies("复制嘉宾链接", link));
      this.said.dataset["link"] = link;
      name.value = organisation.value = "";
    } catch (error) {
      this.said.textContent = error instanceof Error ? error.message : "没有生成，请重试。";
    }
  }
}

function field(name: string, longest: number): HTMLElement {
  const made = make("label", "", name);
  const input = make("input");
  input.maxLength = longest;
  input.autocomplete = "off";
  made.append(input);
  return made;
}

function copies(text: string, link: string): HTMLButtonElement {
  const made = button("button button--small", text, () => {
    void navigator.clipboard.writeText(link).then(() => { made.textContent = "已复制"; }, () => { made.textContent = "浏览器不允许复制，请到会议页面复制"; });
  });
  return made;
}
