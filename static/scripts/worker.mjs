// Writes dist/sw.js: the service worker with the names of this build's shell files and a version made of their contents.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const ALWAYS = ["icons.svg", "appearance.js", "held-forms.js", "icon.svg", "icon-192.png", "offline.html", "offline.css"];

const manifest = JSON.parse(readFileSync(join(here, "dist", "manifest.json"), "utf8"));
const shell = new Set(ALWAYS);
function take(key) {
  const entry = manifest[key];
  shell.add(entry.file);
  for (const css of entry.css ?? []) shell.add(css);
  for (const other of entry.imports ?? []) take(other);
}
take("src/main.ts");
take("src/styles/app.css");

const digest = createHash("sha256");
for (const file of shell) {
  const place = [join(here, "dist", file), join(here, "public", file)].find(existsSync);
  if (!place) throw new Error(`缺少静态文件 ${file}`);
  digest.update(file).update(readFileSync(place));
}
const source = readFileSync(join(here, "src", "service-worker.js"), "utf8")
  .replace('"__VERSION__"', JSON.stringify(digest.digest("hex").slice(0, 12)))
  .replace('["__FILES__"]', JSON.stringify([...shell].map((file) => `/static/${file}`)));
writeFileSync(join(here, "dist", "sw.js"), source);
