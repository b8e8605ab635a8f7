// Writes a compressed copy beside each built script and style sheet; WhiteNoise sends it to whoever accepts that.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../web/static_build/assets/", import.meta.url);
for (const name of readdirSync(folder).filter((each) => /\.(js|css)$/.test(each))) {
  writeFileSync(new URL(`${name}.gz`, folder), gzipSync(readFileSync(new URL(name, folder)), { level: 9 }));
}
