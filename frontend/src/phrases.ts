/** Quick phrases: a button `data-phrase` puts its words into the comment of the form beside it, as if they were typed. */
import { all, closest, isVisible } from "./dom";

/** The field for words in sight: the one that was written in last, else the first of the form. */
function commentOf(area: HTMLElement): HTMLTextAreaElement | undefined {
  const fields = all<HTMLTextAreaElement>("[data-form-viewer] textarea", area).filter((field) => isVisible(field) && !field.disabled && !field.readOnly);
  return fields.find((field) => field === document.activeElement) ?? fields.at(0);
}

/** form-js hears of a value only when it is set as the browser sets it. */
export function put(field: HTMLTextAreaElement, phrase: string): void {
  const before = field.value.trimEnd();
  if (before.includes(phrase)) return field.focus();
  const space = before === "" || /[。！？…]$/.test(before) ? "" : " ";
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;
  set?.call(field, `${before}${space}${phrase}`);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

export function startPhrases(): void {
  // the field keeps the focus: what was typed there last is where the phrase belongs
  document.addEventListener("mousedown", (event) => closest(event.target, "[data-phrase]") && event.preventDefault());
  document.addEventListener("click", (event) => {
    const button = closest<HTMLButtonElement>(event.target, "[data-phrase]");
    const area = button?.closest<HTMLElement>("[data-form-area]");
    const field = area ? commentOf(area) : undefined;
    if (button && field) put(field, button.dataset.phrase ?? "");
  });
}
