/** Small helpers over the document that several modules share. */

export function all<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

export function closest<T extends Element = HTMLElement>(target: EventTarget | null, selector: string): T | null {
  return target instanceof Element ? target.closest<T>(selector) : null;
}

/** The first match in the closest surroundings of an element that hold one. */
export function around<T extends Element = HTMLElement>(start: Element, selector: string): T | null {
  for (let at: Element | null = start; at; at = at.parentElement) {
    const found = at.querySelector<T>(selector);
    if (found) return found;
  }
  return null;
}

/** Runs `enhance` once for every matching element, now and after each htmx swap or live change. */
export function onEach<T extends HTMLElement = HTMLElement>(selector: string, enhance: (element: T) => void): void {
  const done = new WeakSet<Element>();
  const scan = (): void => {
    for (const element of all<T>(selector)) {
      if (done.has(element)) continue;
      done.add(element);
      enhance(element);
    }
  };
  scan();
  document.addEventListener("page:changed", scan);
}

/** Tells every module that part of the page is new. */
export function pageChanged(): void {
  document.dispatchEvent(new CustomEvent("page:changed"));
}

/** Speaks to screen readers without moving the focus. */
export function announce(text: string): void {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

export function isVisible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}

/** Runs once the element is first on the screen: a hidden tab costs nothing until it is opened. */
export function whenSeen(target: Element, run: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    run();
  });
  observer.observe(target);
}

/** Clones the first element of a `<template>` of the page. */
export function fromTemplate(id: string): HTMLElement {
  const template = document.getElementById(id) as HTMLTemplateElement | null;
  const element = template?.content.firstElementChild?.cloneNode(true);
  if (!(element instanceof HTMLElement)) throw new Error(`The page has no template ${id}`);
  return element;
}

/** Data a page passes in `<script type="application/json" id=...>`; nothing asked, nothing given. */
export function embedded<T>(id: string | undefined): T | undefined {
  if (!id) return undefined;
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new Error(`The page has no data ${id}`);
  return JSON.parse(text) as T;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Places a floating element below its anchor, or above it where there is no room, inside the window. */
export function place(floating: HTMLElement, anchor: Element, align: "start" | "end" | "middle" = "start"): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const wanted = align === "end" ? at.right - width : align === "middle" ? at.left + (at.width - width) / 2 : at.left;
  const below = at.bottom + 4;
  const y = below + height > innerHeight - 8 && at.top - height - 4 > 8 ? at.top - height - 4 : below;
  floating.style.setProperty("--x", `${Math.max(8, Math.min(wanted, innerWidth - width - 8))}px`);
  floating.style.setProperty("--y", `${Math.max(8, y)}px`);
}
