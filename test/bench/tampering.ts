import { runTampering } from '../../libs/credentials/src/tampering-run.js';

/**
 * Checks credentials that were altered, cut, signed by others, replayed or made up. None may be accepted, none may throw,
 * and no single check may take long.
 * @throws Error when one does
 */
export async function tamper(count: number, say: (sentence: string) => void): Promise<void> {
  const { tried, refused, accepted, threw, slowest, totalMs } = await runTampering(count, 1);
  say(`  tried ${JSON.stringify(tried)}, refused ${JSON.stringify(refused)}`);
  say(`  ${((totalMs * 1000) / count).toFixed(0)} µs each, the slowest took ${slowest.ms.toFixed(1)} ms`);
  if (accepted.length > 0) throw new Error(`Accepted: ${accepted.join(' ')}`);
  if (threw.length > 0) throw new Error(`Threw: ${threw.join(' ')}`);
}
