/** Which keys mean what: names of keys, sequences such as "g i", and when a key is only text. No document needed. */

export interface KeyEventLike {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  isComposing?: boolean;
  keyCode?: number;
}

const SEQUENCE_MS = 1200;

/** The name of the pressed key: "j", "Shift+J" as "Shift+j", "Ctrl+Enter" (Cmd counts as Ctrl), "?" without Shift. */
export function keyName(event: KeyEventLike): string {
  const key = event.key === " " ? "Space" : event.key;
  const letter = key.length === 1 && /\p{L}/u.test(key);
  const shift = event.shiftKey && (letter || key.length > 1);
  const parts = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", shift ? "Shift" : "", letter ? key.toLowerCase() : key];
  return parts.filter(Boolean).join("+");
}

/** Keys that an input method swallows are never ours. */
export function isComposing(event: KeyEventLike): boolean {
  return event.isComposing === true || event.keyCode === 229 || event.key === "Process" || event.key === "Dead";
}

/** Typing one character, so that it can be switched off (WCAG 2.1.4) and is text inside a field. */
export function isCharacter(name: string): boolean {
  const last = name.replace(/^Shift\+/, "");
  return last.length === 1 || last === "Space";
}

/** Remembers the first key of a sequence for a moment and says which binding the keys so far mean. */
export class Sequencer {
  private waiting = "";
  private until = 0;

  constructor(private readonly starts: () => Set<string>) {}

  /** The binding to look up: "g i" after g, else the key itself; undefined while a sequence has only begun. */
  press(name: string, now: number): string | undefined {
    if (this.waiting && now < this.until) {
      const whole = `${this.waiting} ${name}`;
      this.waiting = "";
      return whole;
    }
    this.waiting = "";
    if (!this.starts().has(name)) return name;
    this.waiting = name;
    this.until = now + SEQUENCE_MS;
    return undefined;
  }
}

/** A key as it is printed: "Ctrl+Enter" is "Ctrl ↵", "g i" is "G I". */
export function printedKeys(keys: string): string[] {
  const print: Record<string, string> = { Enter: "↵", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", Space: "␣" };
  return keys.split(" ").map((key) =>
    key.split(/(?<=.)\+/).map((part) => print[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(" "));
}
