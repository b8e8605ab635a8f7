/** The texts of the modules: the page embeds what its language says differently (`<script id="i18n">`). */

type Values = Record<string, string | number>;

let catalogue: Record<string, string> | undefined;

function texts(): Record<string, string> {
  catalogue ??= JSON.parse(document.getElementById("i18n")?.textContent ?? "{}") as Record<string, string>;
  return catalogue;
}

/** The text in the page's language; `{name}` is replaced by the value of that name. */
export function t(text: string, values: Values = {}): string {
  return (texts()[text] ?? text).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Hours and minutes as the page's language writes them. */
export function clockTime(moment: Date): string {
  return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
}
