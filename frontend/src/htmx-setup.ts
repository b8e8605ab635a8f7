/** htmx for our pages: no eval, the CSRF token on every request, morphing swaps, failures said where they happened. */
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { all, announce, element, fromTemplate, pageChanged } from "./dom";
import { confirmed } from "./dialogs";
import { csrfToken, sentenceFor, sentenceIn } from "./http";
import { t } from "./i18n";

interface RequestDetail {
  elt: HTMLElement;
  target: HTMLElement;
  xhr: XMLHttpRequest;
  successful: boolean;
  headers: Record<string, string>;
}

const detailOf = (event: Event): RequestDetail => (event as CustomEvent<RequestDetail>).detail;

/** The box the failed act belongs to: its form, its dialog, its region. */
function errorPlace(source: HTMLElement): HTMLElement {
  const area = source.closest<HTMLElement>("form, dialog, [data-error-area], section, article") ?? document.getElementById("main") ?? document.body;
  const known = area.querySelector<HTMLElement>(":scope .error-place");
  if (known) return known;
  const made = element("div", { className: "error-place" });
  area.prepend(made);
  return made;
}

/** Shows one plain sentence beside what failed; what was typed stays. */
export function showError(source: HTMLElement, sentence: string, signIn = false): void {
  const banner = fromTemplate("error-template");
  banner.querySelector("span")!.textContent = sentence;
  const login = document.querySelector<HTMLMetaElement>('meta[name="baton-login"]')?.content;
  if (signIn && login) banner.append(element("a", { className: "btn push", href: `${login}?next=${encodeURIComponent(location.pathname + location.search)}` }, t("Sign in")));
  errorPlace(source).replaceChildren(banner);
  banner.scrollIntoView({ block: "nearest" });
  announce(sentence);
}

/** The server's own words, with what to do, in the same place. */
export function showRefusal(source: HTMLElement, html: string): void {
  const place = errorPlace(source);
  htmx.swap(place, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  place.querySelector<HTMLElement>("button, a")?.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
  announce(place.querySelector("b")?.textContent ?? "");
}

function clearErrors(source: HTMLElement): void {
  for (const place of all(".error-place", source.closest<HTMLElement>("form, dialog, [data-error-area], section, article") ?? document)) place.replaceChildren();
}

function failed(event: Event): void {
  const { elt, xhr } = detailOf(event);
  const status = xhr.status;
  const type = xhr.getResponseHeader("content-type") ?? "";
  let sentence = sentenceIn(xhr.responseText, type);
  if (type.includes("json")) {
    try {
      sentence = sentenceIn(JSON.parse(xhr.responseText));
    } catch {
      sentence = undefined;
    }
  }
  showError(elt, sentence ?? sentenceFor(status), status === 401);
}

/** A login page must never be swapped into a list. */
function isLoginPage(xhr: XMLHttpRequest): boolean {
  return xhr.responseURL !== "" && new URL(xhr.responseURL).pathname.includes("/login");
}

export function startHtmx(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: true, // only keeps the JSON data of a partial; the CSP runs no inline script
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    scrollIntoViewOnBoost: false,
    defaultSettleDelay: 0, // what is swapped in is alive before anybody can type into it
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  htmx.defineExtension("morph", {
    isInlineSwap: (style: string) => style.startsWith("morph"),
    handleSwap: (style: string, target: Node, fragment: Node) => {
      if (!style.startsWith("morph") || !(target instanceof Element)) return false;
      const morphStyle = style.includes("inner") ? "innerHTML" : "outerHTML";
      const content = morphStyle === "innerHTML" ? [...fragment.childNodes] : (fragment as DocumentFragment).firstElementChild!;
      return Idiomorph.morph(target, content as Element, { morphStyle, ignoreActiveValue: true }) as Node[];
    },
  } as unknown as Parameters<typeof htmx.defineExtension>[1]);
  const body = document.body;
  body.addEventListener("htmx:configRequest", (event) => {
    detailOf(event).headers["X-CSRFToken"] = csrfToken();
  });
  body.addEventListener("htmx:beforeRequest", (event) => clearErrors(detailOf(event).elt));
  body.addEventListener("htmx:responseError", failed);
  body.addEventListener("htmx:sendError", (event) => showError(detailOf(event).elt, sentenceFor(0)));
  body.addEventListener("htmx:timeout", (event) => showError(detailOf(event).elt, sentenceFor(0)));
  body.addEventListener("htmx:beforeSwap", (event) => {
    const swap = (event as CustomEvent<RequestDetail & { shouldSwap: boolean }>).detail;
    if (!isLoginPage(swap.xhr)) return;
    swap.shouldSwap = false;
    showError(swap.elt, sentenceFor(401), true);
  });
  body.addEventListener("htmx:confirm", (event) => {
    const detail = (event as CustomEvent<{ question?: string; issueRequest: (skip: boolean) => void }>).detail;
    if (!detail.question) return;
    event.preventDefault();
    void confirmed(detail.question).then((yes) => yes && detail.issueRequest(true));
  });
  body.addEventListener("htmx:afterSettle", pageChanged);
  body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = detailOf(event);
    if (successful && elt instanceof HTMLFormElement && elt.dataset.resets !== undefined) elt.reset();
  });
}

export { htmx, Idiomorph };
