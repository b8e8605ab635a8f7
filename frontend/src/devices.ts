/** News on this device while Baton is closed: what every page does about it. The rest (`push.ts`) comes where it is needed. */
import { onEach } from "./dom";

const KEPT = "baton-push";

/** What this browser was allowed for: whose news, at which address, by which key, and where the server is told. */
export interface Allowed {
  user: string;
  endpoint: string;
  key: string;
  url: string;
}

export function reader(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="baton-user"]')?.content ?? "";
}

export function remembered(): Allowed | undefined {
  const text = localStorage.getItem(KEPT);
  return text ? (JSON.parse(text) as Allowed) : undefined;
}

export function remember(allowed: Allowed | undefined): void {
  if (allowed) localStorage.setItem(KEPT, JSON.stringify(allowed));
  else localStorage.removeItem(KEPT);
}

export function startDevices(): void {
  const choice = "[data-push-key]";
  onEach(choice, (place) => void import("./push").then((module) => module.showChoice(place)));
  const allowed = remembered();
  // a browser may be given another address at any time; whoever sits here now hears nothing of who sat here before
  if (allowed && reader() && !document.querySelector(choice)) void import("./push").then((module) => module.keep(allowed));
  document.addEventListener("submit", (event) => {
    if (!(event.target as HTMLElement).matches("form[data-clears-drafts]") || !remembered()) return;
    remember(undefined); // the server forgets the device when it hears of it
    void import("./push").then((module) => module.forget());
  });
}
