/** The second language of a form and of form-js itself: labels of the schema, messages of the validation. */
import { t } from "./i18n";

export interface Component {
  id?: string;
  key?: string;
  type?: string;
  label?: string;
  description?: string;
  text?: string;
  action?: string;
  values?: { label: string; value: unknown }[];
  columns?: { key?: string; label?: string }[];
  components?: Component[];
  appearance?: Record<string, string>;
  validate?: Record<string, unknown>;
  [other: string]: unknown;
}

export interface Schema {
  id?: string;
  components?: Component[];
  [other: string]: unknown;
}

export type FormTexts = Record<string, Record<string, string> | string>;

const PLAIN = ["label", "description", "text", "title", "alt", "dateLabel", "timeLabel", "groupLabel"] as const;
const APPEARANCE: Record<string, string> = { prefix: "prefixAdorner", suffix: "suffixAdorner" };

/** A copy of the schema with the texts of `texts`: {"<key>" or "<form>.<key>": {label, description, "<option value>": text}}. */
export function localised(schema: Schema, texts: FormTexts | undefined): Schema {
  const copy = structuredClone(schema);
  if (texts) for (const component of copy.components ?? []) localise(component, texts, copy.id ?? "");
  return copy;
}

function textsOf(component: Component, texts: FormTexts, form: string): Record<string, string> {
  const names = [component.key, component.path, component.id].filter((name): name is string => typeof name === "string");
  const found = names.flatMap((name) => [texts[name], texts[`${form}.${name}`]]).find((each) => each !== undefined);
  return typeof found === "string" ? { label: found } : (found ?? {});
}

function localise(component: Component, texts: FormTexts, form: string): void {
  const own = textsOf(component, texts, form);
  for (const name of PLAIN) if (own[name] !== undefined) component[name] = own[name];
  if (own.patternErrorMessage && component.validate) component.validate.patternErrorMessage = own.patternErrorMessage;
  for (const [name, place] of Object.entries(APPEARANCE)) if (own[name] !== undefined) component.appearance = { ...component.appearance, [place]: own[name] };
  for (const option of component.values ?? []) option.label = own[String(option.value)] ?? option.label;
  for (const column of component.columns ?? []) if (column.key && own[column.key] !== undefined) column.label = own[column.key]!;
  for (const child of component.components ?? []) localise(child, texts, form);
}

/** The schema without its own submit button, when the page has one. */
export function withoutSubmit(schema: Schema): Schema {
  return { ...schema, components: (schema.components ?? []).filter((component) => !(component.type === "button" && component.action !== "reset")) };
}

const MESSAGES: [RegExp, string][] = [
  [/^Field is required\.$/, "Fill in this field."],
  [/^Value is not a number\.$/, "Enter a number."],
  [/^Field must have minimum value of (.+)\.$/, "Enter {n} or more."],
  [/^Field must have maximum value of (.+)\.$/, "Enter {n} or less."],
  [/^Field must have minimum length of (.+)\.$/, "Enter at least {n} characters."],
  [/^Field must have maximum length of (.+)\.$/, "Enter at most {n} characters."],
  [/^Value is expected to be an integer\.$/, "Enter a whole number."],
  [/^Value is expected to have at most (\d+) decimal digits?\.$/, "Use at most {n} digits after the point."],
  [/^Field must match pattern/, "This does not have the form that is expected here."],
  [/^Field must be a valid\s+international phone/, "Enter a phone number with its country code, such as +86 138 0000 0000."],
  [/^Field must be a valid email/, "Enter an e-mail address, such as name@example.com."],
  [/^Please select a valid value, the two nearest valid values are (.+)\.$/, "This step is not allowed. Nearest: {n}."],
];

/** A validation message of form-js in our words and the page's language. */
export function plainMessage(message: string): string {
  for (const [pattern, text] of MESSAGES) {
    const match = pattern.exec(message);
    if (match) return t(text, { n: match[1] ?? "" });
  }
  return message;
}

const WORDS: Record<string, string> = {
  Select: "Choose",
  Search: "Search",
  "Nothing found": "Nothing found",
  "Add new": "Add a line",
  "Skip to search": "Skip to search",
  "Remove tag": "Remove",
  Increment: "Increase",
  Decrement: "Decrease",
  "Previous page": "Previous",
  "Next page": "Next",
  Nothing: "Nothing found",
  "No results": "Nothing found",
};

const REMOVE_LINE = /^Remove list item (\d+)$/;

/** What form-js says by itself in our words and the page's language; nothing for words that are not its own. */
function ownWords(said: string): string | undefined {
  const line = REMOVE_LINE.exec(said);
  if (line) return t("Remove line {n}", { n: line[1] ?? "" });
  const word = WORDS[said];
  return word && t(word);
}

/** The fixed words that form-js draws itself (placeholders, names of its buttons), put into the page's language. */
export function translateChrome(root: ParentNode): void {
  for (const element of root.querySelectorAll("[placeholder], [aria-label], [title]")) {
    for (const name of ["placeholder", "aria-label", "title"]) {
      const own = element.getAttribute(name);
      const text = own && ownWords(own);
      if (text && text !== own) element.setAttribute(name, text);
    }
  }
  for (const element of root.querySelectorAll(".fjs-select-placeholder, .fjs-dropdownlist-empty, .fjs-repeat-render-add, .fjs-select-display, .fjs-taglist-skip-link")) {
    for (const node of element.childNodes) {
      const text = node.nodeType === Node.TEXT_NODE ? WORDS[node.textContent?.trim() ?? ""] : undefined;
      if (text && t(text) !== node.textContent?.trim()) node.textContent = t(text);
    }
  }
}
