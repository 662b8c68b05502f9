import { INK, PAPER, qrModules } from './browser-qr.js';
import { pngOf } from './png.js';

/**
 * The QR code as a PNG image, quiet zone included.
 * @param options.scale pixels a module, 8 by default
 */
export function qrPng(text: string, options: { scale?: number } = {}): Buffer {
  const { size, quietZone, isDark } = qrModules(text);
  const inside = (at: number) => at >= quietZone && at < quietZone + size;
  return pngOf({
    size: size + 2 * quietZone,
    scale: options.scale ?? 8,
    isInk: (row, column) => inside(row) && inside(column) && isDark(row - quietZone, column - quietZone),
    ink: INK,
    paper: PAPER,
  });
}
