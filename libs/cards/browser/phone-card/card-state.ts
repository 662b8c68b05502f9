import type { ServerClock } from './server-clock.js';

/** `changed`: what is on the screen is not the truth any more. `unreachable`: nobody could be asked. */
export type Standing = 'as-shown' | 'changed' | 'unreachable';

/** What the server answers. */
interface CardNow {
  now: string;
  card: string;
  live: boolean;
}

/** Longest wait for an answer, in milliseconds: a phone with one bar must not look as if all were well. */
const PATIENCE = 8_000;

/** Asks the server whether the card on the screen is still the one that works, and what time it is. */
export async function askServer(url: string, card: string, clock: ServerClock): Promise<Standing> {
  const asked = clock.asked();
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    const answer = await fetch(url, { cache: 'no-store', redirect: 'manual', signal: giveUp.signal });
    if (answer.status === 429 || answer.status >= 500) return 'unreachable';
    // Signed out (sent to the sign-in page), or the link has ended.
    if (!answer.ok) return 'changed';
    const state = (await answer.json()) as CardNow;
    clock.heard(state.now, asked);
    return state.live && state.card === card ? 'as-shown' : 'changed';
  } catch {
    return 'unreachable';
  } finally {
    clearTimeout(timer);
  }
}
