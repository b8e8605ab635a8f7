/** Native dialogs: opened by `data-opens`, filled by htmx, closed by `data-close`, Esc, or a click beside them. */
import { closest } from "./dom";

export function openDialog(dialog: HTMLDialogElement): void {
  if (!dialog.open) dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("opened"));
}

function clickedBeside(event: MouseEvent, dialog: HTMLDialogElement): boolean {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

function holdsUnsent(dialog: HTMLDialogElement): boolean {
  return dialog.querySelector("textarea, input[type='text'], select") !== null && !dialog.matches(".command");
}

/** Asks before something that cannot be undone; resolves with the answer. */
export function confirmed(question: string): Promise<boolean> {
  const dialog = document.getElementById("confirm") as HTMLDialogElement | null;
  if (!dialog) return Promise.resolve(window.confirm(question));
  dialog.querySelector("[data-confirm-text]")!.textContent = question;
  dialog.returnValue = "";
  openDialog(dialog);
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const opener = closest(event.target, "[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens ?? "");
      if (dialog instanceof HTMLDialogElement) openDialog(dialog);
    }
    if (closest(event.target, "[data-confirm-yes]")) closest<HTMLDialogElement>(event.target, "dialog")?.close("yes");
    if (closest(event.target, "[data-close]")) closest<HTMLDialogElement>(event.target, "dialog")?.close();
    if (closest(event.target, "[data-reload]")) location.reload();
    if (closest(event.target, "[data-history-back]")) history.back();
    const submits = closest(event.target, "[data-submits]")?.dataset.submits;
    if (submits) (document.getElementById(submits) as HTMLFormElement | null)?.requestSubmit();
  });
  document.addEventListener("mousedown", (event) => {
    const dialog = event.target;
    if (dialog instanceof HTMLDialogElement && dialog.open && clickedBeside(event, dialog) && !holdsUnsent(dialog)) dialog.close();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const question = form.dataset.confirm;
    if (!question || form.dataset.confirmed !== undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = (event as SubmitEvent).submitter;
    void confirmed(question).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    });
  }, true);
  // a partial swapped into an empty dialog opens it; the server's HX-Trigger "close-dialog" closes it
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const target = (event as CustomEvent<{ target: Element }>).detail.target;
    if (target instanceof HTMLDialogElement && target.childElementCount > 0) openDialog(target);
  });
  document.body.addEventListener("close-dialog", () => {
    for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close();
  });
}
