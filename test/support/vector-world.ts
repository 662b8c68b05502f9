import { Database } from '@carers/database';
import { addDays, dateInLondon } from '@carers/kernel';
import { type OfferTerms, parseOfferTerms } from '@carers/offer-rules';
import { bundledScheme, SchemeService } from '@carers/places';
import { randomUUID } from 'node:crypto';
import type { Vector } from '../../libs/offer-rules/vectors/read-vectors.js';
import type { TestApp } from './app.js';
import { Given, type GivenCard } from './given.js';

/** A vector's offer as it lies in the database, and how to ask about it. */
export interface PlacedOffer {
  id: string;
  group: Group;
}

/** A business with the vectors' two branches, the first of them in a region and category that no other group lists. */
export interface Group {
  key: string;
  region: string;
  category: string;
}

/** So many that one page of a list holds the offers of a group. */
const groups = 16;

/** Every vector's offer on one database, put there at once; with a card for each kind of person asked about. */
export class VectorWorld {
  private constructor(
    private readonly placed: ReadonlyMap<Vector, PlacedOffer>,
    private readonly cards: ReadonlyMap<string, GivenCard>,
  ) {}

  static async build(running: TestApp, vectors: readonly Vector[]): Promise<VectorWorld> {
    const database = running.get(Database);
    const scheme = (await bundledScheme('dorset')) as { policies: { validFrom: string }[] };
    scheme.policies[0]!.validFrom = '2000-01-01';
    await running.get(SchemeService).loadScheme(scheme);
    const given = new Given(running);
    const cards = await cardsFor(given, database, vectors);
    const made = await groupsOf(running, given);
    const placed = new Map(
      vectors.map((vector, index) => [vector, { id: randomUUID(), ...made[index % made.length]! }] as const),
    );
    await database.transaction(async (tx) => {
      await tx.query(`SET LOCAL offers.relist = 'off'`);
      await tx.query(
        `INSERT INTO offer (id, business_id, slug, terms, title, conditions, sentence, revision, status,
                            last_confirmed_on, created_at, published_at)
           SELECT id, "businessId", 'vector-' || place, terms, 'Vector ' || place, '[]', 'Vector ' || place, 1, 'published',
                  '2250-01-01', '2000-01-01', timestamptz '2000-01-01' + place * interval '1 second'
             FROM jsonb_to_recordset($1) AS listed (id uuid, "businessId" uuid, place int, terms jsonb)`,
        [
          JSON.stringify(
            [...placed].map(([vector, { id, businessId, branchIds }], place) => ({
              id,
              businessId,
              place,
              terms: termsAt(vector, branchIds),
            })),
          ),
        ],
      );
      await tx.query(`SELECT relist_businesses(NULL)`);
      await tx.query(
        `INSERT INTO offer_counter (offer_id, scope, used)
           SELECT listed.id, scopes.scope, CASE WHEN scopes.scope = 'total' THEN total
                                                WHEN scopes.scope LIKE 'day:%' THEN today ELSE card END
             FROM jsonb_to_recordset($1) AS listed (id uuid, holder uuid, day date, card int, today int, total int)
             JOIN offer ON offer.id = listed.id
            CROSS JOIN LATERAL offer_scopes(offer.terms, listed.holder, listed.day) scopes`,
        [
          JSON.stringify(
            [...placed]
              .filter(([{ question }]) => question.usage)
              .map(([{ question }, { id }]) => ({
                id,
                holder: cards.get(personOf(question))!.cardholder.id,
                day: dateInLondon(new Date(question.at)),
                ...question.usage,
              })),
          ),
        ],
      );
    });
    return new VectorWorld(new Map([...placed].map(([vector, { id, group }]) => [vector, { id, group }])), cards);
  }

  offer(vector: Vector): PlacedOffer {
    return this.placed.get(vector)!;
  }

  card({ question }: Vector): GivenCard {
    return this.cards.get(personOf(question))!;
  }
}

/** A vector's terms, read as any are, with the ids of real branches. */
export function termsAt({ question }: Vector, branchIds: Record<string, string> = {}): OfferTerms {
  const parsed = parseOfferTerms(question.terms);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const { terms } = parsed;
  return terms.branchIds ? { ...terms, branchIds: terms.branchIds.map((name) => branchIds[name] ?? name) } : terms;
}

function personOf({ card }: Vector['question']): string {
  return `${card?.kind ?? 'adult'} ${card?.bornOn ?? '1961-04-12'} ${card?.hoursOfCaring ?? ''}`;
}

/** Cards that are valid at the time of any vector. */
async function cardsFor(given: Given, database: Database, vectors: readonly Vector[]) {
  const cards = new Map<string, GivenCard>();
  for (const person of new Set(vectors.map(({ question }) => personOf(question)))) {
    const [kind = '', birthDate, hours] = person.split(' ');
    const hoursOfCaring = hours ? Number(hours) : null;
    const issued = await given.card(
      { firstName: `Person ${cards.size}`, birthDate, hoursOfCaring },
      { test: kind === 'test' },
    );
    await database.query(
      `UPDATE card SET kind = $2, valid_from = '2000-01-01', valid_until = '2250-12-31' WHERE id = $1`,
      [issued.card.id, kind],
    );
    cards.set(person, issued);
  }
  return cards;
}

async function groupsOf(running: TestApp, given: Given) {
  const database = running.get(Database);
  const regions = await running.get(SchemeService).regions();
  const categories = await database.query<{ id: string; slug: string }>(
    'SELECT id, slug FROM category ORDER BY position',
  );
  const made = [];
  for (let group = 0; group < groups; group++) {
    const category = categories[group % categories.length]!;
    const { business, branch } = await given.business({ name: `Group ${group}`, category: category.slug });
    const other = randomUUID();
    await database.query(
      `INSERT INTO branch (id, business_id, slug, name, postcode, region_id, lat, lng, created_at)
         SELECT $2, business_id, slug || '-2', name, postcode, $3, lat, lng, created_at FROM branch WHERE id = $1`,
      [branch.id, other, regions[(group + 5) % regions.length]!.id],
    );
    const region = regions[group % regions.length]!;
    await database.query('UPDATE branch SET region_id = $2 WHERE id = $1', [branch.id, region.id]);
    made.push({
      businessId: business.id,
      branchIds: { 'branch-1': branch.id, 'branch-2': other },
      group: { key: await given.tillKey(branch.id), region: region.slug, category: category.slug },
    });
  }
  return made;
}

/** A week before an instant: when somebody might plan for it. */
export function weekBefore(at: Date): Date {
  return new Date(`${addDays(at.toISOString().slice(0, 10), -7)}T12:00:00Z`);
}
