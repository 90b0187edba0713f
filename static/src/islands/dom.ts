// Building elements without a framework: text is always text, never markup.

/** An element with classes and text. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, classes = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}

/** A button that submits nothing. */
export function button(classes: string, text: string, act: (event: MouseEvent) => void): HTMLButtonElement {
  const made = make("button", classes, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** A button that shows only an icon; `label` says what it does. */
export function iconButton(classes: string, name: SVGSVGElement, label: string, act: (event: MouseEvent) => void): HTMLButtonElement {
  const made = button(classes, "", act);
  made.append(name);
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
}

/** The sprite's icon, as the template tag draws it. The build finds names in calls of this function. */
export function icon(name: string, size = ""): SVGSVGElement {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("class", size ? `icon icon--${size}` : "icon");
  drawn.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  drawn.append(use);
  return drawn;
}
