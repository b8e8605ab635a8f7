/**
 * What takes more than a tap: `data-hold="<milliseconds>" data-ask="<question>"` on a button. Held down that long it
 * acts. A tap, a key or what a screen reader sends asks the question instead: nobody has to be able to hold.
 */
import { confirmed } from "./dialogs";
import { closest } from "./dom";

let held: HTMLElement | undefined;
let timer: number | undefined;
let passing: HTMLElement | undefined;
let answered = false;

const heldButton = (target: EventTarget | null): HTMLButtonElement | null => closest<HTMLButtonElement>(target, "button[data-hold]:not(:disabled)");

/** The press counts now: the click that follows is let through, the one of lifting the finger is not. */
function act(button: HTMLElement): void {
  passing = button;
  button.click();
  passing = undefined;
}

function letGo(): void {
  window.clearTimeout(timer);
  delete held?.dataset.holding;
  held = undefined;
}

function begin(event: PointerEvent): void {
  letGo();
  answered = false;
  const button = heldButton(event.target);
  if (!button || event.button !== 0) return;
  held = button;
  button.style.setProperty("--hold", `${button.dataset.hold}ms`);
  button.dataset.holding = "";
  timer = window.setTimeout(() => {
    letGo();
    answered = true;
    navigator.vibrate?.(20);
    act(button);
  }, Number(button.dataset.hold));
}

function clicked(event: MouseEvent): void {
  const button = heldButton(event.target);
  if (!button || passing === button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (answered) return void (answered = false);
  void confirmed(button.dataset.ask ?? "").then((yes) => yes && act(button));
}

export function startHolding(): void {
  document.addEventListener("pointerdown", begin);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, letGo);
  // a finger that slides off has thought better of it
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const box = held.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) letGo();
  });
  // a long touch would open the menu of the browser
  document.addEventListener("contextmenu", (event) => heldButton(event.target) && event.preventDefault());
  document.addEventListener("click", clicked, { capture: true });
}
