import { smallest } from '../votes/demand.js';

/** What a letter says of how many ask, and by which words. */
export interface Appeal {
  key: 'this-exact' | 'this-over' | 'this-some' | 'kind-exact' | 'kind-over' | 'kind-some';
  count: number;
}

/** From here on only tens are told: "more than 40". */
const exactUpTo = 20;

/**
 * The strongest true thing to say without telling of few: those who named this business, else those who want its kind
 * nearby. Fewer than five are "some carers".
 * @param named carers who suggested this very business
 * @param voices carers who wish for its kind of place there
 */
export function appealOf(named: number, voices: number): Appeal {
  if (named >= smallest) return { key: named > exactUpTo ? 'this-over' : 'this-exact', count: told(named) };
  if (voices >= smallest) return { key: voices > exactUpTo ? 'kind-over' : 'kind-exact', count: told(voices) };
  return { key: named > 0 ? 'this-some' : 'kind-some', count: 0 };
}

function told(count: number): number {
  return count > exactUpTo ? Math.floor((count - 1) / 10) * 10 : count;
}
