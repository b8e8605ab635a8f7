/** The options of a list under a text field (ARIA 1.2 combobox): which one is active, moving, choosing. */

export class Listbox {
  private active = -1;

  constructor(
    private readonly input: HTMLElement,
    private readonly list: HTMLElement,
  ) {}

  /** The options that can be chosen, as they stand in the list now. */
  get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('[role="option"]:not([aria-disabled="true"])')];
  }

  get current(): HTMLElement | undefined {
    return this.options[this.active];
  }

  /** New options: the first one is active when `first`, none otherwise. */
  reset(first: boolean): void {
    this.options.forEach((option, index) => (option.id ||= `${this.list.id}-${index}`));
    this.activate(first && this.options.length > 0 ? 0 : -1);
  }

  /** Moves by `step` and wraps around at the ends. */
  move(step: number): void {
    const count = this.options.length;
    if (count === 0) return;
    this.activate(this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count);
  }

  activate(index: number): void {
    this.active = index;
    this.options.forEach((option, at) => (option.ariaSelected = String(at === index)));
    const option = this.current;
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView?.({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  indexOf(option: Element | null): number {
    return this.options.findIndex((each) => each === option);
  }
}
