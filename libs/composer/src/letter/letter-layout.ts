import type { EnvelopeWindow } from '../frame.js';
import { mm } from './setting.js';

/**
 * Where things stand on a letter's pages, in millimetres from the left and from the top of A4.
 *
 * A British DL window envelope (110 × 220 mm) has a window of 35 × 90 mm, 20 mm from the left and 18 mm from the
 * bottom. A4 folded in three is 99 mm high, so the paper may ride 11 mm up and down, and 10 mm from side to side: what
 * is always seen is 10–100 mm from the left (20–100 with the paper at the right edge) and 57–81 mm from the top.
 * GOV.UK Notify looks for the address of a precompiled letter 24.6–120 mm from the left and 40–66.2 mm from the top,
 * takes nothing else between 15 and 125 mm above 95 mm but a heading within 5–30 mm, and prints nothing nearer the
 * edges than 15 mm at the sides and 5 mm at top and foot.
 */
export const page = { width: 210 * mm, height: 297 * mm, left: 20 * mm, right: 20 * mm } as const;

/** The box of the address. Up to five lines begin at `usualTop`. */
export const addressBox: Readonly<
  Record<EnvelopeWindow, { left: number; top: number; usualTop: number; width: number; bottom: number }>
> = {
  dl: { left: 24.6 * mm, top: 54 * mm, usualTop: 57 * mm, width: 74 * mm, bottom: 81 * mm },
  notify: { left: 24.6 * mm, top: 40.5 * mm, usualTop: 41 * mm, width: 90 * mm, bottom: 66 * mm },
};

/** Nothing but the address may stand here, in either case. */
export const clearZone = { left: 15 * mm, right: 125 * mm, top: 30 * mm, bottom: 95 * mm } as const;

/** Who writes, the date and the code: at the right of the address. */
export const senderBox = { left: 130 * mm, top: 13 * mm, width: 62 * mm, bottom: 95 * mm } as const;

/** The scheme's name. */
export const headBox = { left: 20 * mm, top: 10 * mm, width: 100 * mm } as const;

/** The text: of the first page, and of the others. The foot of each holds page number and code. */
export const textTop = { first: 98 * mm, other: 20 * mm } as const;
export const textBottom = 279 * mm;
export const footLine = 287 * mm;

export const textWidth = page.width - page.left - page.right;

export function roomOn(index: number): number {
  return textBottom - (index === 0 ? textTop.first : textTop.other);
}
