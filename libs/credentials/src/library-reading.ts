import { decode } from 'cborg';
import type { Bytes } from './bytes.js';

/** The value of one CBOR item as the library reads it at its strictest, or undefined: what tests hold our reading against. */
export function decodeStrictly(bytes: Bytes): unknown {
  try {
    return decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
      // The integer keys of COSE and CWT need them.
      useMaps: true,
    });
  } catch {
    return undefined;
  }
}
