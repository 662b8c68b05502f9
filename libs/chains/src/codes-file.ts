import { csvRecords, textLines } from '@carers/businesses';
import { isEan13 } from '@carers/credentials';
import { TooManyCodes } from './chains.problems.js';
import type { Symbology } from './till-code.entity.js';

/** Why a code of a file is not taken; the catalogue has the words. */
export type CodeFault =
  'quotes' | 'too-long' | 'signs' | 'formula' | 'cut-off' | 'check-digit' | 'twice' | 'is-there' | 'is-barcode';

export interface GoodCode {
  line: number;
  code: string;
  symbology: Symbology;
}

export interface BadCode {
  line: number;
  code: string;
  fault: CodeFault;
}

/** Most codes of one file. */
export const mostCodes = 100_000;
const longest = 30;
const headings =
  /^(?:single[ -]use )?(?:codes?|barcodes?|vouchers?|voucher codes?|coupons?|coupon codes?|ean(?:-?13)?|numbers?)$/i;

/**
 * The codes of a CSV file: of the column that is headed "code" or the like, else of the first one. Memory is bounded by
 * `mostCodes`.
 * @throws FileNotReadable, TooManyCodes
 */
export async function readCodes(bytes: AsyncIterable<Uint8Array>): Promise<{ good: GoodCode[]; bad: BadCode[] }> {
  const good: GoodCode[] = [];
  const bad: BadCode[] = [];
  const seen = new Set<string>();
  let column: number | null = null;
  for await (const { line, cells } of csvRecords(textLines(bytes))) {
    if (column === null) {
      const found = cells?.findIndex((cell) => headings.test(cell.trim())) ?? -1;
      column = Math.max(0, found);
      if (found >= 0) continue;
    }
    if (!cells) {
      bad.push({ line, code: '', fault: 'quotes' });
      continue;
    }
    const code = cells[column]?.trim() ?? '';
    if (!code) continue;
    const read = readCode(code);
    if ('fault' in read) bad.push({ line, code: code.slice(0, 60), fault: read.fault });
    else if (seen.has(code)) bad.push({ line, code, fault: 'twice' });
    else {
      seen.add(code);
      good.push({ line, code, symbology: read.symbology });
    }
    if (good.length + bad.length > mostCodes) throw new TooManyCodes(mostCodes);
  }
  return { good, bad };
}

/** What bars a code is drawn in, or why it cannot be taken. */
export function readCode(code: string): { symbology: Symbology } | { fault: CodeFault } {
  // A spreadsheet that shows thirteen digits as 5.01E+12 has lost most of them.
  if (/^\d+(?:\.\d+)?e\+?\d+$/i.test(code)) return { fault: 'cut-off' };
  // Cells that a spreadsheet would run as a formula: nobody shall open a report of ours and run them.
  if (/^[=+\-@]/.test(code)) return { fault: 'formula' };
  if (!/^[ -~]+$/.test(code)) return { fault: 'signs' };
  if (code.length > longest) return { fault: 'too-long' };
  if (!/^\d{13}$/.test(code)) return { symbology: 'code128' };
  return isEan13(code) ? { symbology: 'ean13' } : { fault: 'check-digit' };
}
