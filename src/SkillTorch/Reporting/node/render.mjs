// Usage: node render.mjs SPEC.json OUT.svg OUT.png
// Draws a Vega-Lite spec. Prints a JSON array of warnings; an error is one line on stderr, with exit code 1.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { compile } from "vega-lite";
import { fontFiles, width } from "./fonts.mjs";

const [specPath, svgPath, pngPath] = process.argv.slice(2);
const warnings = [];
const logger = {
  level() { return this; },
  error(...args) { throw new Error(args.join(" ")); },
  warn(...args) { warnings.push(args.join(" ")); return this; },
  info() { return this; },
  debug() { return this; },
};

try {
  const spec = JSON.parse(readFileSync(specPath, "utf8"));
  checkProperties(spec);
  vega.textMetrics.width = width;
  const drawn = compile(spec, { logger }).spec;
  const view = new vega.View(vega.parse(drawn), { renderer: "none", logger });
  const svg = await view.toSVG();
  warnings.push(...emptyMarks(drawn, view));
  replace(svgPath, svg);
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: 2 },
    background: "white",
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "Arimo", sansSerifFamily: "Arimo" },
  });
  replace(pngPath, image.render().asPng());
  process.stdout.write(JSON.stringify([...new Set(warnings.map(inWords).filter(Boolean))]));
} catch (error) {
  process.stderr.write(String(error?.message ?? error).split("\n")[0]);
  process.exitCode = 1;
}

// Vega's warnings, in words that say what to do.
function inWords(warning) {
  if (warning.startsWith("Infinite extent")) {
    return ""; // of a mark without data, which emptyMarks names
  }
  return /^Log scale domain includes zero/.test(warning)
    ? "A logarithmic scale has zeros in its data, and so everything on it lies at one end: filter them out, as by { \"filter\": \"datum.lossMean > 0\" }, or give the scale a domainMin."
    : warning;
}

function replace(path, content) {
  const aside = `${path}.${process.pid}.tmp`;
  writeFileSync(aside, content);
  renameSync(aside, path);
}

// Vega-Lite ignores a property that it does not know, and so a misspelt one draws something else without a word.
function checkProperties(spec) {
  const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("vega-lite/vega-lite-schema.json"), "utf8"));
  const known = new Set();
  collect(schema);
  check(spec, "figure");

  function collect(node) {
    if (node && typeof node === "object") {
      Object.keys(node.properties ?? {}).forEach((name) => known.add(name));
      Object.values(node).forEach(collect);
    }
  }

  function check(node, path) {
    if (!node || typeof node !== "object") {
      return;
    }
    for (const [name, value] of Object.entries(node)) {
      if (!Array.isArray(node) && !known.has(name)) {
        const [distance, hint] = [...known].map((other) => [edits(other, name), other]).sort(([a], [b]) => a - b)[0];
        throw new Error(`Got the property \`${name}\` at \`${path}\`; expected one that Vega-Lite knows.${distance <= 2 ? ` Did you mean \`${hint}\`?` : ""}`);
      }
      // What stands in these has names of its own.
      if (!["datasets", "values", "value", "usermeta", "parse", "style", "params"].includes(name)) {
        check(value, Array.isArray(node) ? `${path}[${name}]` : `${path}.${name}`);
      }
    }
  }
}

// Levenshtein's distance; letters in another order count as one slip.
function edits(a, b) {
  if (a !== b && [...a].sort().join() === [...b].sort().join()) {
    return 1;
  }
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

// A mark without data, or with a field that holds no number, is drawn as nothing without a word.
function emptyMarks(drawn, view) {
  const items = new Map();
  expect(drawn.marks ?? []);
  count(view.scenegraph().root);
  return [...items].filter(([, n]) => n === 0).map(([name]) => `Nothing is drawn by \`${name}\`: its data has no rows, or no number in the fields it shows.`);

  function expect(marks) {
    for (const mark of marks) {
      mark.marks ? expect(mark.marks) : items.set(readable(mark.name), 0);
    }
  }

  function count(mark) {
    const name = readable(mark.name);
    if (items.has(name)) {
      items.set(name, items.get(name) + mark.items.length);
    }
    for (const item of mark.items) {
      item.items?.forEach(count);
    }
  }

  // concat_0_layer_1_marks → figure.concat[0].layer[1]
  function readable(name) {
    const path = (name ?? "").replace(/_?marks$/, "").replace(/(concat|layer|repeat)_(\d+)/g, "$1[$2]").replaceAll("_", ".");
    return path ? `figure.${path}` : "figure";
  }
}
