/** Requests to our own server: the CSRF token goes along, every failure becomes one plain sentence. */
import { t } from "./i18n";

export class RequestFailed extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly body: unknown = undefined,
  ) {
    super(message);
  }

  /** The login ended; what was typed must be kept until the person is back. */
  get loginEnded(): boolean {
    return this.status === 401;
  }
}

export function csrfToken(): string {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** What a status means to the person in front of the screen: what happened and what to do. */
export function sentenceFor(status: number): string {
  if (status === 0) return t("Not sent: the server cannot be reached. Your text is kept; try again.");
  if (status === 401) return t("You are signed out. Your text is kept; sign in again to go on.");
  if (status === 403) return t("You may not do this. Ask the owner or your manager.");
  if (status === 404) return t("This no longer exists. Go back to the list.");
  if (status === 409 || status === 412) return t("Someone changed this while you had it open. Look at the current state first.");
  if (status === 413) return t("This is too large to send. Choose a smaller file.");
  if (status === 429) return t("Too many requests. Wait a minute and try again.");
  if (status < 500) return t("The server did not accept this. Check what you entered.");
  return t("Something broke on the server. Your text is kept; try again in a moment.");
}

/** The sentence in an answer of the server, where it has one: {detail}, {message}, {error: {message}} or short plain text. */
export function sentenceIn(body: unknown, contentType = "application/json"): string | undefined {
  if (typeof body === "string") return contentType.startsWith("text/plain") && body.length < 400 ? body : undefined;
  if (typeof body !== "object" || body === null) return undefined;
  const { detail, message, error } = body as { detail?: unknown; message?: unknown; error?: unknown };
  if (typeof detail === "string") return detail;
  if (typeof message === "string") return message;
  return typeof error === "string" ? error : sentenceIn(error);
}

async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  if (!type.includes("json")) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Fetch from our server; resolves with the answer, rejects with RequestFailed. A redirect to the login counts as 401. */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("X-Requested-With", "XMLHttpRequest");
  if (init.method && init.method !== "GET") headers.set("X-CSRFToken", csrfToken());
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestFailed(sentenceFor(0), 0);
  }
  if (response.redirected && new URL(response.url).pathname.includes("/login")) throw new RequestFailed(sentenceFor(401), 401);
  if (response.ok) return response;
  const body = await bodyOf(response);
  const sentence = sentenceIn(body, response.headers.get("content-type") ?? "") ?? sentenceFor(response.status);
  throw new RequestFailed(sentence, response.status, body);
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await request(url, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  return (await response.json()) as T;
}

export async function postJson(url: string, data: unknown, extra: RequestInit = {}): Promise<unknown> {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const response = await request(url, { method: "POST", body: JSON.stringify(data), headers, ...extra });
  return response.status === 204 ? undefined : bodyOf(response);
}
