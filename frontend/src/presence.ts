/** Who else looks at the task that is shown: `data-presence="<item>"` is where it is said, in the element's `<span>`. */
import { all } from "./dom";
import { t } from "./i18n";
import type { Presence } from "./live-connection";

let known: Presence = { item: "", people: [] };

/** The task before the person's eyes; a tab in the background looks at none. */
export function looksAt(): string {
  if (document.visibilityState !== "visible") return "";
  return document.querySelector<HTMLElement>("[data-presence]")?.dataset.presence ?? "";
}

export function showPresence(presence: Presence): void {
  known = presence;
  applyPresence();
}

/** Says again what is known: the place may be new. */
export function applyPresence(): void {
  for (const place of all("[data-presence]")) {
    const people = place.dataset.presence === known.item ? known.people : [];
    const names = new Intl.ListFormat(document.documentElement.lang || "en", { type: "conjunction" }).format(people);
    const text = people.length === 1 ? t("{name} is looking at this too", { name: names }) : t("{names} are looking at this too", { names });
    const words = place.querySelector("span");
    if (words && people.length && words.textContent !== text) words.textContent = text;
    place.hidden = people.length === 0;
  }
}

/** Without a connection nobody knows who is there. */
export function forgetPresence(): void {
  showPresence({ item: "", people: [] });
}
