/** Messages that float: what was done, with undo while it can be undone. Errors stay where they happened instead. */
import { announce, closest, fromTemplate, onEach } from "./dom";
import { RequestFailed, postJson } from "./http";
import { t } from "./i18n";

export interface Toast {
  text: string;
  undo_url?: string;
  seconds?: number;
  /** What to do locally when it was undone, besides the `undone` event. */
  onUndo?: () => void;
}

const DEFAULT_SECONDS = 8;

/** Shows a message; with `undo_url` it counts down and the undo button posts there. */
export function showToast(toast: Toast): HTMLElement {
  const place = document.getElementById("toasts");
  const shown = fromTemplate("toast-template");
  shown.querySelector("[data-toast-text]")!.textContent = toast.text;
  const undo = shown.querySelector<HTMLButtonElement>("[data-toast-undo]")!;
  if (toast.undo_url) {
    undo.hidden = false;
    undo.dataset.undoUrl = toast.undo_url;
    if (toast.onUndo) shown.addEventListener("undone", toast.onUndo, { once: true });
    shown.querySelector(".icon")?.replaceWith(ring());
  }
  shown.dataset.seconds = String(toast.seconds ?? DEFAULT_SECONDS);
  place?.append(shown);
  while (place && place.children.length > 3) place.firstElementChild?.remove();
  startTimer(shown);
  return shown;
}

function ring(): HTMLElement {
  const made = document.createElement("span");
  made.className = "countdown";
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** Time stands still while the pointer or the focus is on the message. */
function startTimer(toast: HTMLElement): void {
  if (toast.dataset.timed !== undefined) return;
  toast.dataset.timed = "";
  const total = Number(toast.dataset.seconds ?? DEFAULT_SECONDS) * 1000;
  const countdown = toast.querySelector<HTMLElement>(".countdown");
  let left = total;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (!toast.matches(":hover, :focus-within")) left -= now - last;
    last = now;
    if (countdown) {
      countdown.style.setProperty("--left", String(Math.max(0, (100 * left) / total)));
      countdown.textContent = String(Math.max(0, Math.ceil(left / 1000)));
    }
    if (left <= 0 || !toast.isConnected) {
      clearInterval(timer);
      toast.remove();
    }
  }, 200);
}

async function undo(button: HTMLButtonElement): Promise<void> {
  const toast = button.closest<HTMLElement>("[data-toast]");
  button.disabled = true;
  try {
    await postJson(button.dataset.undoUrl ?? "", {});
    toast?.dispatchEvent(new CustomEvent("undone", { bubbles: true }));
    toast?.remove();
    showToast({ text: t("Undone"), seconds: 4 });
  } catch (error) {
    const text = error instanceof RequestFailed ? error.message : t("It could not be undone.");
    const place = toast?.querySelector("[data-toast-text]");
    if (place) place.textContent = text;
    button.remove();
    announce(text);
  }
}

export function startToasts(): void {
  onEach("#toasts > [data-toast]", startTimer);
  document.addEventListener("click", (event) => {
    const button = closest<HTMLButtonElement>(event.target, "[data-toast-undo]");
    if (button) void undo(button);
    if (closest(event.target, "[data-toast-close]")) closest(event.target, "[data-toast]")?.remove();
    if (closest(event.target, "[data-dismiss]")) closest(event.target, ".banner")?.remove();
  });
  // the server's HX-Trigger: {"toast": {"text": ..., "undo_url": ...}}
  document.body.addEventListener("toast", (event) => showToast((event as CustomEvent<Toast>).detail));
}
