/**
 * QR codes as modules and SVG, for the server and for browsers: a second browser's door, so that what only checks
 * cards does not carry the encoder (20 kB).
 */
import type { QRCodeSegment } from 'qrcode';
import { create } from 'qrcode/lib/core/qrcode.js';

/** The ink of the scheme's look; nearly black, so that it scans and prints like black. */
export const INK = '#0b2b33';
export const PAPER = '#ffffff';
/** Modules of empty margin that ISO/IEC 18004 asks for on each side. */
const QUIET_ZONE = 4;
/** Mends up to 15 % damage: a printed card is scratched and folded. */
const LEVEL = 'M';
const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]+$/;

/** The modules of a QR code, without its quiet zone. */
export interface QrModules {
  /** 1 to 40. A card's code is version 8 for names of up to eleven letters at an ordinary host. */
  version: number;
  /** Modules on each side: 17 + 4 · version. */
  size: number;
  /** Empty modules to leave on each side. */
  quietZone: number;
  /** Whether the module in a row and column (from 0, top left) is dark. */
  isDark(row: number, column: number): boolean;
}

/**
 * The modules of the QR code for a text, to be drawn by whoever needs vectors (the PDF card, for one). Level M; in
 * alphanumeric mode when the text allows it, as a card URL does. Throws Error when the text is too long for any code.
 */
export function qrModules(text: string): QrModules {
  const { version, modules } = create(segmentsOf(text), { errorCorrectionLevel: LEVEL });
  return {
    version,
    size: modules.size,
    quietZone: QUIET_ZONE,
    isDark: (row, column) => modules.get(row, column) !== 0,
  };
}

/**
 * The QR code as an SVG document: one path in ink on white, quiet zone included, no size of its own.
 * @param options.label what it is, for people who cannot see it; without one it is hidden from screen readers
 */
export function qrSvg(text: string, options: { label?: string } = {}): string {
  const code = qrModules(text);
  const side = code.size + 2 * QUIET_ZONE;
  const naming =
    options.label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escaped(options.label)}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" ${naming}>` +
    `<path fill="${PAPER}" d="M0 0h${side}v${side}H0z"/><path fill="${INK}" d="${darkRuns(code)}"/></svg>`
  );
}

/** One alphanumeric segment where possible: the version then depends on the length alone. */
function segmentsOf(text: string): string | QRCodeSegment[] {
  return ALPHANUMERIC.test(text) ? [{ data: text, mode: 'alphanumeric' }] : text;
}

/** Path data with one rectangle for each run of dark modules in a row. */
function darkRuns(code: QrModules): string {
  let path = '';
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      const start = column;
      while (column < code.size && code.isDark(row, column)) column++;
      const length = column - start;
      if (length > 0) path += `M${start + QUIET_ZONE} ${row + QUIET_ZONE}h${length}v1h-${length}z`;
    }
  }
  return path;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
