/** The file field shows the names of what was chosen. */
import { closest } from "./dom";

export function startFiles(): void {
  document.addEventListener("change", (event) => {
    const input = closest<HTMLInputElement>(event.target, '.file-field input[type="file"]');
    const names = input?.closest(".file-field")?.querySelector("[data-file-names]");
    if (input?.files && names) names.textContent = [...input.files].map((file) => file.name).join(", ");
  });
}
