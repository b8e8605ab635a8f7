/** Several people chosen one after the other: each choice of the combobox inside `data-people="name"` becomes a chip. */
import { closest, element, onEach } from "./dom";
import { t } from "./i18n";

function chip(name: string, id: string, label: string): HTMLElement {
  const remove = element("button", { type: "button", ariaLabel: t("Remove {name}", { name: label }) }, "×");
  const made = element("span", { className: "chip" }, element("span", {}, label), remove, element("input", { type: "hidden", name, value: id }));
  remove.addEventListener("click", () => made.remove());
  return made;
}

export function startPeople(): void {
  onEach("[data-people]", (root) => {
    const chosen = root.querySelector<HTMLElement>("[data-people-chosen]");
    root.addEventListener("chosen", (event) => {
      const { id, label } = (event as CustomEvent<{ id: string; label: string }>).detail;
      const known = chosen?.querySelector(`input[value="${CSS.escape(id)}"]`);
      if (chosen && !known) chosen.append(chip(root.dataset.people ?? "people", id, label));
      const input = closest<HTMLElement>(event.target, "[data-combobox]")?.querySelector<HTMLInputElement>('[role="combobox"]');
      if (input) {
        input.value = "";
        input.dispatchEvent(new FocusEvent("blur")); // leaving an empty field clears the choice
      }
    });
  });
}
