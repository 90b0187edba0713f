// Builds dist/icons.svg: a sprite of only those tabler icons that templates, islands and apps name.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const source = join(here, "..", "node_modules", "@tabler", "icons", "icons", "outline");
const patterns = [/\{%\s*icon\s+["']([\w-]+)["']/g, /icon[=:]\s*["']([\w-]+)["']/g, /\bicon\(["']([\w-]+)["']/g];

function files(folder, endings) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name));
}

const names = new Set(["x", "check", "alert-triangle", "info-circle"]);
for (const file of [
  ...files(join(root, "templates"), [".html"]),
  ...files(join(root, "apps"), [".py"]).filter((file) => !/[\\/]admin([\\/]|\.py$)/.test(file)), // the admin has its own icon font
  ...files(join(here, "..", "src"), [".ts"]),
]) {
  const text = readFileSync(file, "utf8");
  for (const pattern of patterns) for (const match of text.matchAll(pattern)) names.add(match[1]);
}
const symbols = [];
for (const name of [...names].sort()) {
  let svg;
  try {
    svg = readFileSync(join(source, `${name}.svg`), "utf8");
  } catch {
    console.error(`没有名为 ${name} 的图标`);
    process.exitCode = 1;
    continue;
  }
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
  symbols.push(
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`,
  );
}
mkdirSync(join(here, "..", "dist"), { recursive: true });
writeFileSync(join(here, "..", "dist", "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
