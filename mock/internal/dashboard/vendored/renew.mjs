// Copies what the dashboard takes from npm, with its licences, beside this file. Run it with `make dashboard-vendored`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");

// The icons that templates name.
const icons = [
  "activity", "arrow-right", "book-open", "boxes", "building-2", "camera", "check", "circle-check", "clock", "copy", "download",
  "external-link", "gauge", "git-fork", "globe", "house", "info", "key-round", "lock", "mail", "menu", "pause", "play", "plus", "rewind",
  "rotate-ccw", "search", "shield-alert", "snowflake", "store", "sun-moon", "terminal", "trash-2", "triangle-alert", "upload",
  "x", "zap",
];

function copy(name, files) {
  mkdirSync(join(here, name), { recursive: true });
  for (const file of files) {
    copyFileSync(join(modules, name, file), join(here, name, file));
  }
}

function symbol(icon) {
  const svg = readFileSync(join(modules, "lucide-static", "icons", `${icon}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${icon}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

copy("swagger-ui-dist", ["LICENSE", "NOTICE", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css"]);
copy("lucide-static", ["LICENSE"]);
writeFileSync(
  join(here, "lucide-static", "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${icons.map(symbol).join("\n")}\n</svg>\n`,
);
