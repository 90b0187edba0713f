// Text size (标准, 大, 特大) and theme (auto, light, dark): kept on this device, applied before the first paint of islands.
export type TextSize = "standard" | "large" | "largest";
export type Theme = "auto" | "light" | "dark";

const TEXT_KEY = "tz.text";
const THEME_KEY = "tz.theme";

/** Apply what the device keeps, and obey buttons with data-text-size or data-theme-choice. */
export function startAppearance(root: HTMLElement, store: Storage): void {
  applyTextSize(root, (store.getItem(TEXT_KEY) as TextSize | null) ?? "standard");
  applyTheme(root, (store.getItem(THEME_KEY) as Theme | null) ?? "auto");
  root.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLElement>("[data-text-size], [data-theme-choice]");
    if (!button) return;
    const size = button.dataset["textSize"] as TextSize | undefined;
    const theme = button.dataset["themeChoice"] as Theme | undefined;
    if (size) {
      store.setItem(TEXT_KEY, size);
      applyTextSize(root, size);
    }
    if (theme) {
      store.setItem(THEME_KEY, theme);
      applyTheme(root, theme);
    }
  });
}

/** Three sizes scale everything, because all sizes are rem. */
export function applyTextSize(root: HTMLElement, size: TextSize): void {
  if (size === "standard") root.removeAttribute("data-text");
  else root.setAttribute("data-text", size);
  mark(root, "textSize", size);
}

/** auto follows the system. */
export function applyTheme(root: HTMLElement, theme: Theme): void {
  const dark = theme === "dark" || (theme === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  if (dark) root.setAttribute("data-theme", "dark");
  else root.removeAttribute("data-theme");
  mark(root, "themeChoice", theme);
}

function mark(root: HTMLElement, key: "textSize" | "themeChoice", value: string): void {
  const attribute = key === "textSize" ? "data-text-size" : "data-theme-choice";
  for (const button of root.querySelectorAll(`[${attribute}]`)) {
    button.setAttribute("aria-pressed", String(button.getAttribute(attribute) === value));
  }
}
