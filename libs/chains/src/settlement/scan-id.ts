import { createHash } from 'node:crypto';

/**
 * Names one use that a chain told of: a UUID (version 8, RFC 9562) that follows from the business, its reference of the
 * transaction and the line of it. The same use told twice, by whatever file and whoever reads it, has the same name.
 * @param line number of the receipt's line where the file says it, else the code that was scanned
 */
export function settlementScanId(businessId: string, reference: string, line: string): string {
  const hash = createHash('sha256').update(`settlement\0${businessId}\0${reference}\0${line}`).digest();
  hash[6] = 0x80 | (hash[6]! & 0x0f);
  hash[8] = 0x80 | (hash[8]! & 0x3f);
  const hex = hash.toString('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
