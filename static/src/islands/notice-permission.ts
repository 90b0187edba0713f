// Whether this browser may show notices: says how it stands and asks when the person wants it.
const WORDS: Record<NotificationPermission, string> = {
  granted: "本浏览器已允许提醒。",
  denied: "本浏览器已禁止提醒，请在地址栏左侧的网站设置中改为允许。",
  default: "本浏览器还没有允许提醒。",
};

/** <notice-permission> holds [data-permission] for the words and a hidden button[data-ask]. */
export class NoticePermission extends HTMLElement {
  connectedCallback(): void {
    this.button()?.addEventListener("click", this.ask);
    this.show();
  }

  disconnectedCallback(): void {
    this.button()?.removeEventListener("click", this.ask);
  }

  private button(): HTMLButtonElement | null {
    return this.querySelector<HTMLButtonElement>("[data-ask]");
  }

  private show(): void {
    const words = this.querySelector("[data-permission]");
    const button = this.button();
    if (!("Notification" in window) || !window.isSecureContext) {
      words?.replaceChildren("本浏览器或当前连接方式（非加密）不支持弹出提醒，消息仍会实时显示在页面上。");
      return;
    }
    words?.replaceChildren(WORDS[Notification.permission]);
    if (button) button.hidden = Notification.permission !== "default";
  }

  private readonly ask = (): void => {
    void Notification.requestPermission().then(() => {
      this.show();
    });
  };
}
