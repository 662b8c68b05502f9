import type { ServerClock } from './server-clock.js';

/** `changed`: what is on the screen is not the truth any more. `unreachable`: nobody could be asked. */
export type Standing = 'as-shown' | 'changed' | 'unreachable';

/** What the server answers. */
interface CardNow {
  now: string;
  card: string;
  live: boolean;
  key: string;
}

/** What is on the screen: which card, and the id of the key that signed its code. */
export interface ShownCard {
  card: string;
  key: string;
}

/** Longest wait for an answer, in milliseconds: a phone with one bar must not look as if all were well. */
const PATIENCE = 8_000;

/**
 * Asks the server whether the card on the screen is still the one that works, and what time it is. Signed anew with
 * another key it is not: the key on the screen may have been revoked.
 */
export async function askServer(url: string, shown: ShownCard, clock: ServerClock): Promise<Standing> {
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
    return state.live && state.card === shown.card && state.key === shown.key ? 'as-shown' : 'changed';
  } catch {
    return 'unreachable';
  } finally {
    clearTimeout(timer);
  }
}
