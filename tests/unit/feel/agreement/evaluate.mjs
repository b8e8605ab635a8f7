// Evaluates the expressions of standard input with a browser's FEEL engine and prints the values.
//
// Temporal values are printed as the engine's own text of them, so that kind and text are both compared.
import { readFileSync } from "node:fs";

const { evaluate } = await import(process.argv[2]);
const { context, expressions } = JSON.parse(readFileSync(0, "utf8"));

function plain(value) {
  if (value === undefined || value === null || typeof value === "string" || typeof value === "boolean") {
    return value ?? null;
  }
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : { number: String(value) };
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value === "function" || value.invoke) {
    return { function: true };
  }
  if ("start included" in value) {
    const ends = [plain(value.start), plain(value.end)];
    return { range: [value["start included"], ...ends, value["end included"]] };
  }
  if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  }
  return { temporal: evaluate("string(v)", { v: value }).value };
}

function outcome(text) {
  try {
    return { value: plain(evaluate(text, context).value) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

process.stdout.write(JSON.stringify(expressions.map(outcome)));
