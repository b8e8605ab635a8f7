/* Writes web/icons.json: the shapes of the icons named in icons.txt, taken from lucide (ISC). Run: npm run icons */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export function shapes() {
  const names = [...new Set(readFileSync(here("icons.txt"), "utf8").split(/\s+/).filter(Boolean))].sort();
  return Object.fromEntries(names.map((name) => [name, shape(name)]));
}

function shape(name) {
  const svg = readFileSync(here(`../node_modules/lucide-static/icons/${name}.svg`), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>").trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = shapes();
  writeFileSync(here("../web/icons.json"), `${JSON.stringify(all, null, 0).replaceAll('","', '",\n"')}\n`);
  console.log(`${Object.keys(all).length} icons`);
}
