import { createHash } from 'node:crypto';
import { Branch, Business } from '@carers/businesses';
import { Card, Cardholder, Credential } from '@carers/cards';
import type { Tx } from '@carers/database';
import { addDays, Chance, Clock, dateInLondon, daysBetween } from '@carers/kernel';
import { evaluateOffer } from '@carers/offer-rules';
import { Offer } from '@carers/offers';
import { SchemeService } from '@carers/places';
import { type CardReason, Redemption, Till, TillKey, tillScopes, Validation } from '@carers/till';
import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan } from 'typeorm';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';
import { columns, insertColumns } from '../scale/insert-columns.js';
import { UsedOffers } from './used-offers.js';

const redemptionsWanted = 1_500;
const refusalsWanted = 70;
const daysBack = 365;

/** A branch with its till and the offers that can be used there. */
interface Counter {
  branch: Branch;
  till: Till;
  key: TillKey;
  offers: Offer[];
}

/** A card with what the rules may know of its holder. */
interface Shown {
  card: Card;
  bornOn: string;
  hoursOfCaring: number | null;
  credentialId: string | null;
}

/**
 * A year at the tills. Each use is asked of the real offer rules first, so limits, days and ages hold in the past too.
 * As the scheme's policy says, uses older than the link to a person may last have none, and no check stands beside them.
 */
@Injectable()
export class HistoryPart implements DemoPart {
  readonly name = 'history';

  constructor(
    private readonly schemes: SchemeService,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  async prepare() {
    const { redemptionLink } = (await this.schemes.policyOn()).retention;
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'history');
      const [counters, shown] = [await this.counters(tx, past), await cardsOf(tx, past.daysAgo(1))];
      const used = new UsedOffers();
      const redemptions: Redemption[] = [];
      const validations: Validation[] = [];
      for (const days of pastDays(past)) {
        const happened = this.use(past, counters, shown, used, days);
        if (!happened) continue;
        const { redemption, validation, counter } = happened;
        touch(counter.key, redemption.occurredAt);
        const linked = daysBetween(dateInLondon(redemption.occurredAt), past.today) < redemptionLink;
        redemptions.push(linked ? redemption : Object.assign(redemption, { cardId: null, counted: [] }));
        if (linked) validations.push(validation);
      }
      validations.push(...refusals(past, counters, shown));
      const totals = columns('offer_id', 'scope', 'used');
      for (const row of used.all()) totals.add(...row);
      await insertAll(
        tx,
        Till,
        counters.map(({ till }) => till),
      );
      await insertAll(
        tx,
        TillKey,
        counters.map(({ key }) => key),
      );
      await insertAll(tx, Validation, validations);
      await insertAll(tx, Redemption, redemptions);
      await insertColumns(tx, 'offer_counter', totals);
      await past.writeEvents(tx);
      return `${redemptions.length} uses of offers at ${counters.length} tills over the past year`;
    };
  }

  /** A till at every place where offers are used in person. Nobody knows the keys: owners make their own. */
  private async counters(tx: Tx, past: DemoPast): Promise<Counter[]> {
    const businesses = await tx.find(Business, { where: { status: 'published' }, order: { slug: 'ASC' } });
    const ids = businesses.map(({ id }) => id);
    const branches = await tx.find(Branch, {
      where: { businessId: In(ids), closedAt: IsNull() },
      order: { slug: 'ASC' },
    });
    const offers = await tx.find(Offer, { where: { status: 'published' }, order: { slug: 'ASC' } });
    return branches.flatMap((branch): Counter[] => {
      const here = offers.filter(
        ({ businessId, terms }) =>
          businessId === branch.businessId &&
          terms.how === 'in_person' &&
          (!terms.branchIds || terms.branchIds.includes(branch.id)),
      );
      if (branch.online || here.length === 0) return [];
      const at = past.after(branch.createdAt, 10);
      const till = Object.assign(new Till(), {
        id: past.id(at),
        branchId: branch.id,
        name: past.often(60) ? 'Till by the door' : 'Counter',
        kind: past.often(70) ? ('phone' as const) : ('key' as const),
        scopes: [...tillScopes],
        createdAt: at,
        lastSyncAt: null,
        pin: null,
        app: null,
        endedAt: null,
      });
      const key = Object.assign(new TillKey(), {
        keyHash: createHash('sha256').update(`ck_${this.chance.token()}`).digest('hex'),
        tillId: till.id,
        createdAt: at,
        endsAt: null,
        lastUsedAt: null,
      });
      const details = { branchId: branch.id, kind: till.kind };
      past.note(at, 'till.added', 'till', till.id, demoActor, { details });
      return [{ branch, till, key, offers: here }];
    });
  }

  /** One use on that day, or null where nobody came in. */
  private use(past: DemoPast, counters: Counter[], shown: Shown[], used: UsedOffers, days: number) {
    for (let attempt = 0; attempt < 25; attempt++) {
      const at = past.daysAgo(days);
      const counter = past.chance.pick(counters);
      const offer = past.chance.pick(counter.offers);
      const { card, bornOn, hoursOfCaring, credentialId } = past.chance.pick(shown);
      if (offer.publishedAt! > at || counter.till.createdAt > at || !workedAt(card, at)) continue;
      const { terms } = offer;
      const basketPence = past.often(65) ? (terms.minimumSpendPence ?? 300) + past.chance.below(3_500) : null;
      const answer = evaluateOffer({
        terms,
        at,
        branchId: counter.branch.id,
        card: { kind: card.kind, bornOn, hoursOfCaring },
        basketPence,
        usage: used.usage(offer.id, terms, card.cardholderId, at),
        findNext: false,
      });
      if (!answer.usable) continue;
      const scanId = past.id(at);
      const redemption = Object.assign(new Redemption(), {
        id: past.id(at),
        tillId: counter.till.id,
        branchId: counter.branch.id,
        scanId,
        offerId: offer.id,
        offerRevision: offer.revision,
        cardId: card.id,
        occurredAt: at,
        recordedAt: at,
        basketPence,
        savingPence: answer.savingPence,
        counted: used.count(offer.id, terms, card.cardholderId, at),
        source: 'online' as const,
        codeCheck: null,
        flags: [],
        undoneAt: null,
        undoReason: null,
      });
      // Every sixth card is typed in by its number.
      const scanned = past.often(84) ? credentialId : null;
      return { redemption, counter, validation: checked(past, counter, at, scanId, card.id, scanned, null) };
    }
    return null;
  }
}

/** Days of the past year, more of them lately: the scheme grows. */
function pastDays(past: DemoPast): number[] {
  const days = Array.from({ length: redemptionsWanted }, () =>
    Math.min(past.chance.below(daysBack), past.chance.below(daysBack)),
  );
  return days.sort((a, b) => b - a);
}

/** Checks that were answered with a no: strange cards, cards that had ended, cards stopped for a while. */
function refusals(past: DemoPast, counters: Counter[], shown: Shown[]): Validation[] {
  const found: Validation[] = [];
  for (let index = 0; found.length < refusalsWanted && index < refusalsWanted * 20; index++) {
    const at = past.daysAgo(past.chance.below(60));
    const counter = past.chance.pick(counters);
    if (counter.till.createdAt > at) continue;
    const { card, credentialId } = past.chance.pick(shown);
    const ended = reasonAt(card, at);
    const strange: CardReason | null = past.often(8) ? past.chance.pick(['unknown_card', 'malformed'] as const) : null;
    const reason = ended ?? strange;
    if (!reason) continue;
    const scanId = past.id(at);
    found.push(checked(past, counter, at, scanId, ended && card.id, ended && credentialId, reason));
    touch(counter.key, at);
  }
  return found;
}

function reasonAt(card: Card, at: Date): CardReason | null {
  if (card.endedAt && card.endedAt < at) return 'revoked';
  if (card.status === 'suspended' && addDays(card.validFrom, 31) < dateInLondon(at)) return 'suspended';
  return card.validUntil < dateInLondon(at) ? 'expired' : null;
}

function workedAt(card: Card, at: Date): boolean {
  const day = dateInLondon(at);
  return (
    card.kind !== 'test' &&
    card.issuedAt < at &&
    day <= card.validUntil &&
    (card.endedAt === null || at < card.endedAt) &&
    card.status !== 'suspended'
  );
}

function checked(
  past: DemoPast,
  { till, branch }: Counter,
  at: Date,
  scanId: string,
  cardId: string | null,
  credentialId: string | null,
  reason: CardReason | null,
): Validation {
  return Object.assign(new Validation(), {
    id: past.id(at),
    tillId: till.id,
    branchId: branch.id,
    scanId,
    at,
    cardId,
    credentialId,
    outcome: reason === null ? ('valid' as const) : ('not_valid' as const),
    reason,
  });
}

function touch(key: TillKey, at: Date): void {
  if (key.lastUsedAt === null || key.lastUsedAt < at) key.lastUsedAt = at;
}

/** Cards issued before that moment: those who joined today have no past. */
async function cardsOf(tx: Tx, before: Date): Promise<Shown[]> {
  const cards = await tx.find(Card, { where: { issuedAt: LessThan(before) }, order: { number: 'ASC' } });
  const holders = await tx.find(Cardholder, { select: { id: true, birthDate: true, hoursOfCaring: true } });
  const credentials = await tx.find(Credential, { where: { medium: 'phone' } });
  const byId = new Map(holders.map((holder) => [holder.id, holder]));
  const phones = new Map(credentials.map(({ id, cardId }) => [cardId, id]));
  return cards.map((card) => ({
    card,
    bornOn: byId.get(card.cardholderId)!.birthDate!,
    hoursOfCaring: byId.get(card.cardholderId)!.hoursOfCaring,
    credentialId: phones.get(card.id) ?? null,
  }));
}
