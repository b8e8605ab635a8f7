/** Allowing this device to be told of news (`<section data-push-key data-push-url data-push-allowed>`), and keeping it so. */
import { type Allowed, reader, remember, remembered } from "./devices";
import { announce } from "./dom";
import { RequestFailed, postJson } from "./http";
import { t } from "./i18n";

const READY_MS = 8000;

export function canBeTold(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Shows the button where the browser can, plain words where it cannot or may not. */
export function showChoice(place: HTMLElement): void {
  const button = place.querySelector<HTMLButtonElement>("[data-push-allow]");
  if (place.dataset.pushAllowed === "no" && remembered()) void forget(); // removed here or on another device
  if (!button) return;
  const say = (text: string): void => {
    place.querySelector("[data-push-state]")!.textContent = text;
  };
  if (!canBeTold()) return say(t("Messages are not possible in this browser, or only over https."));
  if (Notification.permission === "denied") return say(denied());
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    allow(place.dataset.pushKey!, place.dataset.pushUrl!)
      .then(() => location.reload())
      .catch((error: unknown) => {
        button.disabled = false;
        button.hidden = Notification.permission === "denied";
        const text = error instanceof Error ? error.message : String(error);
        say(text);
        announce(text);
      });
  });
}

/** Asks the person, then the browser's push service, then tells the server; rejects with a sentence. */
async function allow(key: string, url: string): Promise<void> {
  const permission = await Notification.requestPermission();
  if (permission === "denied") throw new Error(denied());
  if (permission !== "granted") throw new Error(t("This was not allowed. You can try again."));
  await tell(await subscribed(key), key, url);
}

/** The same device at the address it has now; not for anybody else. */
export async function keep(allowed: Allowed): Promise<void> {
  if (allowed.user !== reader() || !canBeTold() || Notification.permission !== "granted") return forget();
  const now = await (await ready()).pushManager.getSubscription();
  if (now?.endpoint === allowed.endpoint) return;
  await tell(await subscribed(allowed.key), allowed.key, allowed.url, { renewed: true }).catch(() => undefined); // with the next page
}

/** This browser takes no more messages. */
export async function forget(): Promise<void> {
  remember(undefined);
  if (!canBeTold()) return;
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

async function tell(subscription: PushSubscription, key: string, url: string, more: object = {}): Promise<void> {
  try {
    await postJson(url, { ...subscription.toJSON(), ...more });
  } catch (error) {
    if (error instanceof RequestFailed && error.status !== 0) await subscription.unsubscribe();
    throw error;
  }
  remember({ user: reader(), endpoint: subscription.endpoint, key, url });
}

async function subscribed(key: string): Promise<PushSubscription> {
  try {
    const { pushManager } = await ready();
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(async () => {
      await (await pushManager.getSubscription())?.unsubscribe(); // made for another key
      return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    });
  } catch {
    throw new Error(t("The push service of this browser cannot be reached. Try again later."));
  }
}

/** The worker; not for ever, where it could not be installed. */
function ready(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error("no worker")), READY_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

function denied(): string {
  return t("This browser blocks messages of Baton. Allow them in its settings for this site, then load the page again.");
}
