// Holds the first screen to its size: what a browser loads before somebody can sign in, compressed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** 250 kB: under two seconds at 1.6 Mbit/s, the slow mobile line that web performance is measured with. */
const MOST = 250_000;

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const languages = Object.keys(manifest).filter((key) => key.startsWith("src/i18n/"));
if (!entry || languages.length === 0) throw new Error("the manifest names no entry or no language");

/** A file and all that it imports at once. */
function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) withImports(imported, seen);
  return seen;
}

function bytes(keys) {
  const files = new Set();
  for (const key of keys) {
    files.add(manifest[key].file);
    for (const css of manifest[key].css ?? []) files.add(css);
  }
  const sizes = [...files].map((file) => gzipSync(readFileSync(new URL(file, dist))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

const fixed = ["index.html", "theme.js"].map(
  (file) => gzipSync(readFileSync(new URL(file, dist))).length,
);
const first = withImports(entry);
// one language is loaded; the larger one counts
const sizes = languages.map((key) => bytes(withImports(key, new Set(first))));
const total = Math.max(...sizes) + fixed.reduce((sum, size) => sum + size, 0);
console.log(`first screen: ${(total / 1000).toFixed(1)} kB of at most ${MOST / 1000} kB, gzip`);
if (total > MOST) process.exit(1);
