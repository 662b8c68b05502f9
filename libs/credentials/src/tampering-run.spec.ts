import { describe, expect, it } from '@jest/globals';
import { runTampering } from './tampering-run.js';

describe('a run of credentials that were tampered with', () => {
  it('accepts none, throws for none, and takes a bounded time for each', async () => {
    const result = await runTampering(1_500, 1);
    expect(result.accepted).toEqual([]);
    expect(result.threw).toEqual([]);
    expect(result.tried).toEqual({ altered: 300, truncated: 300, resigned: 300, replayed: 300, random: 300 });
    expect(Object.keys(result.refused).sort()).toEqual([
      'bad_signature',
      'expired',
      'malformed',
      'not_yet_valid',
      'unknown_issuer',
    ]);
    expect(Object.values(result.refused).reduce((sum, each) => sum + each, 0)).toBe(1_500);
    // A busy machine may stop a process for a while; without that a check takes a tenth of a millisecond.
    expect(result.slowest.ms).toBeLessThan(2_000);
  });

  it('makes the same of the same seed', async () => {
    const [one, same, other] = [await runTampering(50, 7), await runTampering(50, 7), await runTampering(50, 8)];
    expect(same.refused).toEqual(one.refused);
    expect(other.tried).toEqual(one.tried);
  });
});
