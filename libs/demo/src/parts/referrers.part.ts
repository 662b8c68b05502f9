import { keyedHash, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { HandOver, HandOverWording, Referrer, ReferrerPrint } from '@carers/referrers';
import { Injectable } from '@nestjs/common';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast } from '../demo-past.js';

/** Who sent the demo's carers: code, kind, name, where, and how the figures go there. */
const referrers = [
  ['GP-ROWAN', 'gp_practice', 'Rowan Surgery', '12 Rowan Road', 'Poole', 'BH15 1HJ', 'email'],
  ['GP-HARBOURSIDE', 'gp_practice', 'Harbourside Medical Practice', '3 Harbour Way', 'Poole', 'BH15 1HJ', 'email'],
  ['GP-CHESILVIEW', 'gp_practice', 'Chesil View Practice', '8 Bank Street', 'Weymouth', 'DT4 8NN', 'post'],
  ['GP-VALE', 'gp_practice', 'Vale Surgery', '1 Market Place', 'Dorchester', 'DT1 1XJ', 'email'],
  ['GP-MINSTER', 'gp_practice', 'Minster Practice', '20 West Street', 'Wimborne', 'BH21 1JB', 'none'],
  ['HOSPITAL-BAYVIEW', 'ward', 'Bayview Hospital, Ward 4', '2 Castle Lane', 'Bournemouth', 'BH1 1AA', 'email'],
  ['SCHOOL-HEATHLEA', 'school', 'Heathlea School', '5 Heath Road', 'Bournemouth', 'BH1 1AA', 'email'],
  ['DEMENTIA-FRIENDS', 'charity', 'Memory Friends of the County', '9 South Street', 'Dorchester', 'DT1 1XJ', 'email'],
] as const;

/** Carers who were handed over lately and wait for a call. Numbers are of those that Ofcom keeps for examples. */
const waiting = [
  ['GP-ROWAN', 'Sheila', 'Marlow', '+447700900501', 'morning', 'needs_break', 'Nina Patel', 'practice nurse', 0, 1],
  ['HOSPITAL-BAYVIEW', 'Graham', 'Oakes', '+447700900502', 'any', 'just_home', 'Tom Reid', 'ward sister', 1, 4],
  ['GP-HARBOURSIDE', 'Ewa', 'Nowak', '+447700900503', 'evening', 'caring_more', 'Dr Lin Chen', 'doctor', 0, 2],
  ['SCHOOL-HEATHLEA', 'Janet', 'Frost', '+447700900504', 'afternoon', 'parent_carer', 'Ali Shah', 'head of year', 2, 9],
] as const;

/** GP practices, a ward, a school and a charity with what they printed, and carers whom they handed over. */
@Injectable()
export class ReferrersPart implements DemoPart {
  readonly name = 'referrers';

  constructor(
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
  ) {}

  async prepare() {
    const regions = await this.schemes.regions();
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'referrers');
      const known = new Map<string, Referrer>();
      for (const [code, kind, name, line1, town, postcode, figuresBy] of referrers) {
        const at = past.daysAgo(past.between(390, 420));
        const region = regions.find(({ towns }) => towns.some((each) => each.name === town)) ?? regions[0]!;
        const referrer = Object.assign(new Referrer(), {
          ...{ id: past.id(at), code, kind, name, addressLines: [line1, town], postcode, figuresBy },
          ...{ carersServiceId: region.carersServiceId, regionId: region.id, contactName: 'Practice manager' },
          ...{ contactEmail: `${code.toLowerCase()}@example.org`, contactPhone: '01632 960150' },
          ...{ linkVersion: 1, madeAt: at, endedAt: null },
        });
        await tx.insert(Referrer, referrer);
        past.note(at, 'referrer.made', 'referrer', referrer.id, demoActor);
        known.set(code, referrer);
        for (let month = 0; month < 12; month += past.between(1, 3)) {
          const printedAt = past.daysAgo(30 * month + past.between(1, 20));
          const print = { what: 'pad' as const, paper: 'a5' as const, large: false, forms: 25, printedAt };
          await tx.insert(ReferrerPrint, { id: past.id(printedAt), referrerId: referrer.id, ...print });
        }
      }
      await this.handOver(tx, past, known);
      await past.writeEvents(tx);
      return `${referrers.length} referrers, and ${waiting.length} carers whom they handed over`;
    };
  }

  private async handOver(tx: Tx, past: DemoPast, known: ReadonlyMap<string, Referrer>): Promise<void> {
    const wordingVersion = '2026-11.demo';
    const words = { agreed: 'The carer has heard this and agrees that the carers service calls them' };
    const kept = { version: wordingVersion, locale: 'en-GB', words, firstUsedAt: past.daysAgo(30) };
    await tx.createQueryBuilder().insert().into(HandOverWording).values(kept).orIgnore().execute();
    for (const [code, firstName, lastName, phone, bestTime, reason, givenBy, givenAs, attempts, days] of waiting) {
      const receivedAt = past.daysAgo(days);
      const { id: referrerId, carersServiceId } = known.get(code)!;
      const handOver = Object.assign(new HandOver(), {
        ...{ id: past.id(receivedAt), referrerId, carersServiceId, receivedAt, attempts, wordingVersion },
        ...{ state: attempts > 0 ? ('called' as const) : ('new' as const), closedAt: null, closedBy: null },
        ...{ locale: 'en-GB', agreedHow: 'spoken' as const, firstName, lastName, phone, email: null, postcode: null },
        ...{ phoneHash: keyedHash(phone, 'hand-over-phone'), bestTime, noteBy: null, reasons: [reason] },
        ...{ givenBy, givenAs, forgottenAt: null },
      });
      await tx.insert(HandOver, handOver);
      past.note(receivedAt, 'hand-over.received', 'hand-over', handOver.id, demoActor);
    }
  }
}
