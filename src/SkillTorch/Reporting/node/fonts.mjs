// The font of the figures, and how wide its letters are. Vega cannot measure text without a browser, and its guess
// would leave gaps beside axis titles and cut legends. Arimo has Arial's widths, so that a figure that is shown with
// another sans-serif font of those widths keeps its layout; what it lacks (∝, ⟨ …) comes from DejaVu Sans.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

export const fontFiles = [
  "@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf",
  "@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf",
  "@expo-google-fonts/arimo/400Regular_Italic/Arimo_400Regular_Italic.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
].map((file) => resolve(file));

const [regular, bold, , fallback, boldFallback] = fontFiles.map((file) => advances(readFileSync(file)));

/** Width in pixels of a line of text in the font of a Vega text item. */
export function width(item, text) {
  const isBold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
  const codes = Array.from(String(text), (letter) => letter.codePointAt(0));
  const of = (font) => codes.map(font).reduce((sum, advance) => sum + advance, 0);
  const em = of(isBold ? bold : regular) || of((code) => (isBold ? boldFallback : fallback)(code) ?? 0.6);
  return em * (item.fontSize ?? 11);
}

// The advance of each letter, in units of the font size, from the tables cmap (code → glyph) and hmtx (glyph → advance).
function advances(file) {
  const tables = {};
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    tables[file.toString("latin1", entry, entry + 4)] = file.readUInt32BE(entry + 8);
  }
  const unitsPerEm = file.readUInt16BE(tables.head + 18);
  const metrics = file.readUInt16BE(tables.hhea + 34);
  const glyphs = glyphFinder(file, tables.cmap);
  return (code) => {
    const glyph = glyphs(code);
    return glyph ? file.readUInt16BE(tables.hmtx + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm : undefined;
  };
}

function glyphFinder(file, cmap) {
  for (let i = 0; i < file.readUInt16BE(cmap + 2); i++) {
    const table = cmap + file.readUInt32BE(cmap + 4 + 8 * i + 4);
    if (file.readUInt16BE(table) === 4) {
      return (code) => segmentGlyph(file, table, code);
    }
  }
  throw new Error("A font of the figures has no character map of format 4.");
}

function segmentGlyph(file, table, code) {
  const size = file.readUInt16BE(table + 6); // twice the number of segments
  const ends = table + 14;
  const starts = ends + size + 2;
  for (let at = 0; at < size; at += 2) {
    if (code > file.readUInt16BE(ends + at)) {
      continue;
    }
    const start = file.readUInt16BE(starts + at);
    if (code < start) {
      return 0;
    }
    const delta = file.readUInt16BE(starts + size + at);
    const offsetAt = starts + 2 * size + at;
    const offset = file.readUInt16BE(offsetAt);
    const glyph = offset === 0 ? code : file.readUInt16BE(offsetAt + offset + 2 * (code - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}
