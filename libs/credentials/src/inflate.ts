import type { Bytes } from './bytes.js';

/**
 * The bytes in a zlib stream (RFC 1950), by the Compression Streams of browsers and Node; or null when it is damaged, cut
 * off, has something behind its end, or holds more than `most` bytes. Reading stops at the first byte too many, so a
 * small text that would fill the memory cannot.
 */
export async function inflate(packed: Bytes, most: number): Promise<Bytes | null> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > most) {
        await reader.cancel().catch(() => undefined);
        return null;
      }
      pieces.push(value);
    }
  } catch {
    return null;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
