/**
 * The test file of the European Institute for Computer Antivirus Research: 68 harmless bytes that every scanner must
 * report. Put together from parts, so that this file itself is not reported.
 */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!', '$H+H*'].join('');

/** Whether the test string stands anywhere in these bytes. */
export function holdsEicar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(eicar, 0, 'latin1');
}
