import type { Vector } from '../../libs/offer-rules/vectors/read-vectors.js';

export type Answer = Vector['expect'];

/** A dimension of a question that a place cannot be told, and how to see that a vector's answer could hang on it. */
export interface Blindness {
  what: string;
  hangsOn: (question: Vector['question']) => boolean;
}

const asksOfPerson = ({ terms }: Vector['question']) => Boolean(terms['minimumAge'] ?? terms['minimumHoursOfCaring']);
const limits = ({ terms }: Vector['question']) => Object.keys((terms['limits'] as object | undefined) ?? {}).length > 0;
const staleness = ({ terms }: Vector['question']) => typeof terms['staleListDays'] === 'number';

/** Whoever looks at the directory shows no card, has no basket yet, has used nothing and plans less than centuries ahead. */
export const directoryIsBlindTo: Blindness[] = [
  { what: 'years after 2199', hangsOn: ({ at }) => at >= '2200' },
  { what: 'cards', hangsOn: (question) => question.card !== null && asksOfPerson(question) },
  { what: 'uses', hangsOn: (question) => question.usage !== undefined && limits(question) },
  {
    what: 'baskets',
    hangsOn: ({ basketPence, terms }) => basketPence !== undefined && terms['minimumSpendPence'] !== undefined,
  },
  { what: 'lists', hangsOn: (question) => question.listAgeDays !== undefined && staleness(question) },
];

/** One offer's page is not asked for a branch: it names them all. */
export const offerPageIsBlindTo: Blindness[] = [
  ...directoryIsBlindTo,
  { what: 'branches', hangsOn: ({ branchId, terms }) => branchId !== null && terms['branchIds'] !== undefined },
];

/** The registry knows each holder's birthday, and the hours of who told them; it needs no list; a till always has a branch. */
export const registryIsBlindTo: Blindness[] = [
  { what: 'practice cards', hangsOn: ({ card }) => card?.kind === 'test' },
  { what: 'no card', hangsOn: (question) => question.card === null && asksOfPerson(question) },
  { what: 'unknown birthdays', hangsOn: ({ card, terms }) => terms['minimumAge'] !== undefined && !card?.bornOn },
  { what: 'lists', hangsOn: (question) => question.listAgeDays !== undefined && staleness(question) },
  { what: 'no branch', hangsOn: ({ branchId, terms }) => branchId === null && terms['branchIds'] !== undefined },
  { what: 'baskets of more than £100,000', hangsOn: ({ basketPence }) => (basketPence ?? 0) > 10_000_000 },
];

/**
 * A signed card says its kind, and neither birthday nor hours; its time is a number of 32 bits, which ends early in 2106
 * (CWT allows more, our cards do not need it). A till always has a branch and a card before it.
 */
export const offlineTillIsBlindTo: Blindness[] = [
  { what: 'years after 2105', hangsOn: ({ at }) => at >= '2106' },
  { what: 'no card', hangsOn: (question) => question.card === null && asksOfPerson(question) },
  {
    what: 'birthdays',
    hangsOn: ({ card, terms }) => terms['minimumAge'] !== undefined && (card?.bornOn ?? card?.age) !== undefined,
  },
  { what: 'hours of caring', hangsOn: ({ card }) => card?.hoursOfCaring !== undefined },
  { what: 'no branch', hangsOn: ({ branchId, terms }) => branchId === null && terms['branchIds'] !== undefined },
];

/** The vectors that a place can be asked, and in words how many it cannot, and why. */
export function askable(vectors: readonly Vector[], blindTo: readonly Blindness[]) {
  const left = new Map<string, number>();
  const asked = vectors.filter(({ question }) => {
    const first = blindTo.find(({ hangsOn }) => hangsOn(question));
    if (first) left.set(first.what, (left.get(first.what) ?? 0) + 1);
    return !first;
  });
  const why = [...left].map(([what, count]) => `${count} about ${what}`).join(', ');
  return { asked, told: `${asked.length} of ${vectors.length}` + (why ? `, not: ${why}` : '') };
}

/**
 * Asks a place all its vectors, those of one instant side by side, and tells every one that it answers otherwise.
 * @param at called before each instant, in the order of time
 */
export async function differences(
  asked: readonly Vector[],
  at: (instant: Date) => void,
  ask: (vector: Vector) => Promise<{ got: unknown; expected: unknown }>,
): Promise<string[]> {
  const instants = Map.groupBy(asked, ({ question }) => Date.parse(question.at));
  const wrong: string[] = [];
  for (const [instant, vectors] of [...instants].sort(([one], [other]) => one - other)) {
    at(new Date(instant));
    await Promise.all(
      vectors.map(async (vector) => {
        const { got, expected } = await ask(vector).catch((error: unknown) => ({ got: String(error), expected: '' }));
        const [is, should] = [JSON.stringify(got), JSON.stringify(expected)];
        if (is !== should) wrong.push(`${vector.name}: ${is}, not ${should}`);
      }),
    );
  }
  return wrong;
}
