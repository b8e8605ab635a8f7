/** Messages that float: what was done, with undo while it can be undone. Errors stay where they happened instead. */
import { all, announce, closest, fromTemplate, onEach } from "./dom";
import { RequestFailed, postJson } from "./http";
import { t } from "./i18n";
import { isComposing, keyName } from "./keymap";

export interface Toast {
  text: string;
  undo_url?: string;
  /** Carries out at once what could be undone: Ctrl+Enter once more, right after the act. */
  confirm_url?: string;
  seconds?: number;
  /** What to do locally when it was undone, besides the `undone` event. */
  onUndo?: () => void;
}

interface Kept {
  toast: Toast;
  until: number;
}

const DEFAULT_SECONDS = 8;
const KEPT_UNDER = "baton-undo";
const MOST_SHOWN = 3;

/** What the body says of a form on its way once something else was touched: its message comes too late for the key. */
const TOUCHED = "touched";

/** Shows a message; with `undo_url` it counts down and the undo button posts there, also on the next page. */
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
    keep(toast);
  }
  const now = shown.querySelector<HTMLButtonElement>("[data-toast-finish]");
  if (toast.confirm_url && now) {
    now.hidden = false;
    now.dataset.confirmUrl = toast.confirm_url;
    for (const other of all("[data-toast][data-fresh]")) delete other.dataset.fresh;
    if (document.body.dataset.sending !== TOUCHED) shown.dataset.fresh = "";
    if (document.body.dataset.confirmed !== undefined) setTimeout(() => void finish(shown));
    delete document.body.dataset.confirmed;
  }
  shown.dataset.seconds = String(toast.seconds ?? DEFAULT_SECONDS);
  place?.append(shown);
  while (place && place.children.length > MOST_SHOWN) place.firstElementChild?.remove();
  startTimer(shown);
  return shown;
}

function ring(): HTMLElement {
  const made = document.createElement("span");
  made.className = "countdown";
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** Time stands still while the pointer or the focus is on the message, but not while the server counts, too. */
function startTimer(toast: HTMLElement): void {
  if (toast.dataset.timed !== undefined) return;
  toast.dataset.timed = "";
  const total = Number(toast.dataset.seconds ?? DEFAULT_SECONDS) * 1000;
  const countdown = toast.querySelector<HTMLElement>(".countdown");
  let left = total;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (countdown || !toast.matches(":hover, :focus-within")) left -= now - last;
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

function keptToasts(): Kept[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_UNDER) ?? "[]") as Kept[];
    return kept.filter((each) => each.until > Date.now() + 300);
  } catch {
    return [];
  }
}

/** What can be undone can be undone on the page that comes next. */
function keep(toast: Toast): void {
  const { onUndo: _local, ...said } = toast;
  const others = keptToasts().filter((each) => each.toast.undo_url !== toast.undo_url);
  const until = Date.now() + 1000 * (toast.seconds ?? DEFAULT_SECONDS);
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify([...others, { toast: said, until }].slice(-MOST_SHOWN)));
}

function forget(undoUrl: string | undefined): void {
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify(keptToasts().filter((each) => each.toast.undo_url !== undoUrl)));
}

function showKept(): void {
  for (const { toast, until } of keptToasts()) showToast({ ...toast, seconds: (until - Date.now()) / 1000 });
}

async function undo(button: HTMLButtonElement): Promise<void> {
  const toast = button.closest<HTMLElement>("[data-toast]");
  button.disabled = true;
  forget(button.dataset.undoUrl);
  try {
    const detail = (await postJson(button.dataset.undoUrl ?? "", {})) as { text?: string } | undefined;
    (toast ?? document).dispatchEvent(new CustomEvent("undone", { bubbles: true, detail }));
    toast?.remove();
    showToast({ text: detail?.text ?? t("Undone"), seconds: 4 });
  } catch (error) {
    failed(toast, error, t("It could not be undone."));
    button.remove();
  }
}

/** Lets what could still be undone go on at once. */
async function finish(toast: HTMLElement): Promise<void> {
  const button = toast.querySelector<HTMLButtonElement>("[data-confirm-url]");
  const undoButton = toast.querySelector<HTMLButtonElement>("[data-undo-url]");
  if (!button || button.disabled) return;
  button.disabled = true;
  delete toast.dataset.fresh;
  forget(undoButton?.dataset.undoUrl);
  try {
    const said = (await postJson(button.dataset.confirmUrl ?? "", {})) as { text?: string } | undefined;
    toast.remove();
    showToast({ text: said?.text ?? t("Done"), seconds: 3 });
    document.body.dispatchEvent(new CustomEvent("refresh-lists"));
  } catch (error) {
    failed(toast, error, t("It could not be finished now; it goes on by itself."));
    button.remove();
    undoButton?.remove();
  }
}

function failed(toast: HTMLElement | null, error: unknown, otherwise: string): void {
  const text = error instanceof RequestFailed ? error.message : otherwise;
  const place = toast?.querySelector("[data-toast-text]");
  if (place) place.textContent = text;
  announce(text);
}

/** The same key that sent the form confirms it, as long as nothing else was touched since. */
function confirmsAgain(event: KeyboardEvent): void {
  if (isComposing(event) || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  const toast = all("[data-toast][data-fresh]").at(-1);
  // while a form is on its way the next task may be there already: the key is meant for the one that was sent
  const sending = document.body.dataset.sending === "";
  if (!toast && !sending) return;
  if (keyName(event) !== "Ctrl+Enter") return stale();
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.repeat) return;
  if (sending) document.body.dataset.confirmed = "";
  else if (toast) void finish(toast);
}

function stale(): void {
  if (document.body.dataset.sending !== undefined) document.body.dataset.sending = TOUCHED;
  for (const toast of all("[data-toast][data-fresh]")) {
    delete toast.dataset.fresh;
    toast.querySelector<HTMLElement>("[data-finish-key]")?.remove();
  }
}

export function startToasts(): void {
  onEach("#toasts > [data-toast]", startTimer);
  showKept();
  document.addEventListener("click", (event) => {
    const button = closest<HTMLButtonElement>(event.target, "[data-toast-undo]");
    if (button) void undo(button);
    const now = closest(event.target, "[data-toast-finish]")?.closest<HTMLElement>("[data-toast]");
    if (now) void finish(now);
    if (closest(event.target, "[data-toast-close]")) closest(event.target, "[data-toast]")?.remove();
    if (closest(event.target, "[data-dismiss]")) closest(event.target, ".banner")?.remove();
  });
  document.addEventListener("keydown", confirmsAgain, { capture: true });
  document.addEventListener("input", (event) => closest(event.target, "[data-form-viewer], form") && stale(), { capture: true });
  document.addEventListener("pointerdown", (event) => closest(event.target, "[data-toast]") ?? stale(), { capture: true });
  // the server's HX-Trigger: {"toast": {"text": ..., "undo_url": ...}}
  document.body.addEventListener("toast", (event) => showToast((event as CustomEvent<Toast>).detail));
}
