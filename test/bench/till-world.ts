import { Card, CardCodes, CardTokens, Credential } from '@carers/cards';
import { rotatingCodeSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { Ids } from '@carers/kernel';
import { Tills } from '@carers/till';
import type { BenchRequest } from './rounds.js';
import type { World } from './world.js';

/** A phone card as a till meets it: its code changes every half minute. */
interface BenchCard {
  url: string;
  secret: Buffer;
  cardId: string;
}

/** A till with an offer that its branch gives without a limit. */
interface BenchTill {
  key: string;
  tillId: string;
  branchId: string;
  offerId: string;
}

/** Tills and cards to scan, and the requests that tills make of them. */
export interface TillWorld {
  tills: BenchTill[];
  validation: Exchange;
  /** A validation and the use of an offer that follows it. */
  redemption: Exchange;
}

interface Exchange {
  ours: () => BenchRequest[];
  bare: () => BenchRequest[];
}

/** Makes 16 tills of different branches, and signs 2,000 phone cards from all over the registry. */
export async function makeTills({ libs }: World): Promise<TillWorld> {
  const ids = libs.get(Ids);
  const tills = await sixteenTills(libs);
  const cards = await signedCards(libs);
  let turn = 0;
  const next = () => {
    turn++;
    return { till: tills[turn % tills.length]!, card: cards[turn % cards.length]! };
  };
  const check = (till: BenchTill, card: BenchCard, scanId: string) =>
    post('/api/v1/validations', till, { credential: shownBy(card), scanId });
  // The same text, so that making it takes the sender as long: on two cores its time is the servers' too.
  const bareCheck = (till: BenchTill, card: BenchCard, scanId: string) => {
    const { tillId, branchId } = till;
    return post('/validations', till, {
      qr: shownBy(card),
      cardId: card.cardId,
      tillId,
      branchId,
      id: ids.next(),
      scanId,
    });
  };
  return {
    tills,
    validation: {
      ours() {
        const { till, card } = next();
        return [check(till, card, ids.next())];
      },
      bare() {
        const { till, card } = next();
        return [bareCheck(till, card, ids.next())];
      },
    },
    redemption: {
      ours() {
        const [{ till, card }, scanId] = [next(), ids.next()];
        return [
          check(till, card, scanId),
          post('/api/v1/redemptions', till, { scanId, offerId: till.offerId, basketPence: 2000 }),
        ];
      },
      bare() {
        const [{ till, card }, scanId] = [next(), ids.next()];
        const { tillId, branchId, offerId } = till;
        const { cardId } = card;
        return [
          bareCheck(till, card, scanId),
          post('/redemptions', till, { id: ids.next(), tillId, branchId, offerId, cardId, scanId, basketPence: 2000 }),
        ];
      },
    },
  };
}

/** What the phone shows at this moment. */
function shownBy({ url, secret }: BenchCard): string {
  return `${url}.${rotatingCodeSync(secret, new Date())}`;
}

/** Requests of every till for one offer. */
export function usesOf(world: TillWorld, offerId: string): () => BenchRequest[] {
  return () => {
    const [check, use] = world.redemption.ours();
    const body = JSON.parse(use!.body!) as object;
    return [check!, { ...use!, body: JSON.stringify({ ...body, offerId }) }];
  };
}

function post(path: string, till: BenchTill, body: object): BenchRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${till.key}` },
    body: JSON.stringify(body),
  };
}

async function sixteenTills(libs: World['libs']): Promise<BenchTill[]> {
  // Offers that hold at any time and for everybody, so that every redemption is accepted.
  const branches = await libs.get(Database).query<{ branchId: string; offerId: string }>(
    `SELECT DISTINCT ON (business.id) branch.id AS "branchId", offer.id AS "offerId"
       FROM offer JOIN business ON business.id = offer.business_id AND business.status = 'published'
       JOIN branch ON branch.business_id = business.id AND branch.closed_at IS NULL
      WHERE offer.status = 'published'
        AND NOT offer.terms ?| array['limits', 'branchIds', 'days', 'times', 'startsOn', 'endsOn', 'excludedDates',
                                     'minimumAge', 'minimumHoursOfCaring', 'minimumSpendPence', 'excludesBankHolidays']
      ORDER BY business.id, branch.id LIMIT 16`,
  );
  const tills: BenchTill[] = [];
  for (const { branchId, offerId } of branches) {
    const made = await libs.get(Tills, { strict: false }).create(branchId, 'Bench', { kind: 'system', id: 'bench' });
    tills.push({ key: made.key, tillId: made.till.id, branchId, offerId });
  }
  if (tills.length < 16) throw new Error(`Only ${tills.length} branches have an offer without conditions.`);
  return tills;
}

async function signedCards(libs: World['libs']): Promise<BenchCard[]> {
  const tokens = libs.get(CardTokens, { strict: false });
  const codes = libs.get(CardCodes, { strict: false });
  // Credential ids are random: the first two thousand of them are cards from all over the registry.
  const credentials = await libs
    .get(Database)
    .reader.find(Credential, { where: { medium: 'phone', status: 'active' }, order: { id: 'ASC' }, take: 2_000 });
  const cards: BenchCard[] = [];
  for (const credential of credentials) {
    const card = await libs.get(Database).reader.findOneByOrFail(Card, { id: credential.cardId });
    cards.push({
      url: await tokens.sign(card, credential),
      secret: codes.secretFor(credential.id),
      cardId: card.id,
    });
  }
  return cards;
}
