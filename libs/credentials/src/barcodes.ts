import { createRequire } from 'node:module';
import type { raw } from 'bwip-js/node';

/** The drawing of a one-dimensional code, in modules (its narrowest bar is one wide). */
export interface Bars {
  /** Modules from the left end of one quiet zone to the right end of the other. */
  width: number;
  /** Empty modules before the first bar. */
  before: number;
  /** Each dark bar, from the left; `x` counts from the start of the quiet zone. */
  bars: readonly { x: number; width: number }[];
}

/** How a code is to be drawn. */
export interface BarcodeOptions {
  /** What it is, for people who cannot see it; without one it is hidden from screen readers. */
  label?: string;
  /** Modules from top to bottom. */
  height?: number;
}

const PAPER = '#ffffff';
/** Pure black, unlike a QR code's ink: laser scanners see red light, in which a dark colour may be a pale one. */
const INK = '#000000';
/** Longer ones are wider than a till's scanner sees at once. */
const MAX_CODE_128 = 48;
/** Empty modules that each standard asks for to the left and right. */
const CODE_128_QUIET = [10, 10] as const;
const EAN_13_QUIET = [11, 7] as const;

/**
 * Code 128 (ISO/IEC 15417) of a text, to be drawn by whoever needs vectors (the PDF card, for one).
 * @throws RangeError unless it is 1 to 48 printable ASCII characters
 */
export function code128Bars(text: string): Bars {
  if (!/^[ -~]+$/.test(text) || text.length > MAX_CODE_128)
    throw new RangeError(`Code 128 holds 1 to ${MAX_CODE_128} letters, digits and signs of ASCII here.`);
  return barsOf('code128', text, CODE_128_QUIET);
}

/**
 * EAN-13 (ISO/IEC 15420) of thirteen digits.
 * @throws RangeError when they are not thirteen digits or the last one does not follow from the others
 */
export function ean13Bars(digits: string): Bars {
  if (!isEan13(digits)) throw new RangeError('An EAN-13 is thirteen digits whose last one follows from the others.');
  return barsOf('ean13', digits, EAN_13_QUIET);
}

/** Whether a text is thirteen digits of which the last is right (GS1 General Specifications, 7.9). Never throws. */
export function isEan13(text: string): boolean {
  if (!/^[0-9]{13}$/.test(text)) return false;
  const sum = Array.from(text, Number).reduce((total, digit, index) => total + digit * (index % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}

/**
 * Code 128 as an SVG document: black on white, quiet zones included, no size of its own.
 * @throws RangeError as `code128Bars`
 */
export function code128Svg(text: string, options: BarcodeOptions = {}): string {
  const code = code128Bars(text);
  const height = options.height ?? 40;
  return drawing(
    code,
    height,
    pathOf(code, () => height),
    options,
  );
}

/**
 * EAN-13 as an SVG document: black on white, quiet zones and the digits to type included, no size of its own.
 * @throws RangeError as `ean13Bars`
 */
export function ean13Svg(digits: string, options: BarcodeOptions = {}): string {
  const code = ean13Bars(digits);
  const height = options.height ?? 60;
  const [foot, guard] = [height + 12, height + 5];
  const first = code.before;
  const isGuard = (x: number) => x < first + 3 || (x >= first + 45 && x < first + 50) || x >= first + 92;
  const path = pathOf(code, (x) => (isGuard(x) ? guard : height));
  return drawing(code, foot, path, options, [
    words(digits.slice(0, 1), 1, 7, foot),
    words(digits.slice(1, 7), first + 4, 40, foot),
    words(digits.slice(7), first + 51, 40, foot),
  ]);
}

let encode: typeof raw | undefined;

/** From the encoder's widths of bars and spaces in turn. It is big, and loaded when the first code is drawn. */
function barsOf(kind: 'code128' | 'ean13', text: string, [left, right]: readonly [number, number]): Bars {
  encode ??= (createRequire(import.meta.url)('bwip-js/node') as { raw: typeof raw }).raw;
  const [drawn] = encode({ bcid: kind, text });
  if (!drawn || !('sbs' in drawn)) throw new Error('The encoder drew no bars.');
  const bars: Bars['bars'][number][] = [];
  let x = left;
  drawn.sbs.forEach((width, index) => {
    if (index % 2 === 0) bars.push({ x, width });
    x += width;
  });
  return { width: x + right, before: left, bars };
}

function pathOf({ bars }: Bars, heightAt: (x: number) => number): string {
  return bars.map(({ x, width }) => `M${x} 0h${width}v${heightAt(x)}h-${width}z`).join('');
}

function words(digits: string, x: number, width: number, y: number): string {
  const fit = digits.length > 1 ? ` textLength="${width}"` : '';
  return `<text x="${x}" y="${y}" font-family="monospace" font-size="10"${fit} fill="${INK}">${digits}</text>`;
}

function drawing(code: Bars, height: number, path: string, options: BarcodeOptions, text: string[] = []): string {
  const { label } = options;
  const naming = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escaped(label)}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${code.width} ${height}" shape-rendering="crispEdges" ${naming}>` +
    `<path fill="${PAPER}" d="M0 0h${code.width}v${height}H0z"/><path fill="${INK}" d="${path}"/>${text.join('')}</svg>`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
