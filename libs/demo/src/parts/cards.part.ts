import { Accounts } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Card, Cardholder, CardMessages, Cards, Credential, type RevocationReason, StatusIndexes } from '@carers/cards';
import { newCardNumber, newCredentialId, printedName } from '@carers/credentials';
import { keyedHash, type Tx } from '@carers/database';
import { InformationService } from '@carers/information-service';
import { addDays, addMonths, ageOn, Clock, dateInLondon, type LocalDate } from '@carers/kernel';
import { Gazetteer, OutsideTerritory, type Place, Places, type Policy, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type DemoCarer, readNames, readPeople } from '../data-files.js';
import { DemoAccounts } from '../demo-accounts.js';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';
import { PastAccounts } from '../past-accounts.js';
import { InventCarers, type InventedCarer } from './invent-carers.js';
import { Subscriptions } from './subscriptions.js';

const count = 300;
const media = ['phone', 'printed'] as const;
const rule: Actor = { kind: 'system', id: 'automatic-approval' };

/** A cardholder with the cards they had, the newest last. */
interface Registered {
  invented: InventedCarer;
  cardholder: Cardholder;
  cards: Card[];
}

/** The registry: three hundred cardholders of the past, the few who joined today, and the card for practising. */
@Injectable()
export class CardsPart implements DemoPart {
  readonly name = 'cards';

  constructor(
    private readonly accounts: DemoAccounts,
    private readonly liveAccounts: Accounts,
    private readonly cards: Cards,
    private readonly indexes: StatusIndexes,
    private readonly messages: CardMessages,
    private readonly information: InformationService,
    private readonly schemes: SchemeService,
    private readonly places: Places,
    private readonly clock: Clock,
  ) {}

  async prepare() {
    const [names, people, homes, scheme] = await Promise.all([
      readNames(),
      readPeople(),
      this.homes(),
      this.schemes.current(),
    ]);
    const policyOn = (day: LocalDate): Policy =>
      (scheme.policies.find(({ validFrom }) => validFrom <= day) ?? scheme.policies.at(-1)!).document;
    const joining = await Promise.all(
      [...people.carers, people.training].map(async (carer) => ({
        carer,
        place: await this.places.find(carer.postcode),
      })),
    );
    return async (tx: Tx) => {
      // Those of today first: the words of consent are kept with the first registration.
      for (const { carer, place } of joining) await this.join(tx, carer, place, carer === people.training);

      const past = new DemoPast(this.clock.now(), 'cards');
      const inventing = new InventCarers(past, names, homes, policyOn(past.today).eligibility);
      const joined = Array.from({ length: count }, (_, index) =>
        past.daysAgo(index < 8 ? past.between(735, 900) : past.between(2, 540)),
      );
      joined.sort((a, b) => a.getTime() - b.getTime());
      const accounts = await PastAccounts.open(tx, past);
      const registered = joined.map((at) => this.register(accounts, past, inventing.next(at), policyOn));
      await accounts.write(tx);
      const staff = await this.accounts.staff(tx, 'registrar');
      registered.forEach((each, index) => this.befall(past, each, index, staff, policyOn));
      await insertAll(
        tx,
        Cardholder,
        registered.map(({ cardholder }) => cardholder),
      );
      const cards = registered.flatMap((each) => each.cards);
      await insertAll(tx, Card, cards);
      const places = await this.indexes.draw(tx, media.length * cards.length, past.chance);
      await insertAll(tx, Credential, credentialsOf(past, cards, places));
      const subscriptions = new Subscriptions(past, names.referrers, scheme, this.information.wording('en-GB').version);
      for (const { cardholder, invented } of registered) subscriptions.add(cardholder, invented);
      await subscriptions.write(tx);
      await past.writeEvents(tx);
      return `${count + joining.length} cardholders, registered with their carers services`;
    };
  }

  /** Real postcodes from all over the territory; more of them where more people live. */
  private async homes(): Promise<Place[]> {
    const atlas = await this.places.atlas();
    const gazetteer = Gazetteer.load();
    const found: Place[] = [];
    for (let row = 0; row < gazetteer.size; row += 23) {
      try {
        found.push(atlas.find(gazetteer.codeAt(row)));
      } catch (problem) {
        if (!(problem instanceof OutsideTerritory)) throw problem;
      }
    }
    return found;
  }

  /** Somebody who joins now, just as an approved application would have it, messages included. */
  private async join(tx: Tx, carer: DemoCarer, place: Place, test: boolean): Promise<void> {
    const { firstName, lastName, email, mobile } = carer;
    const { title: _title, cardNumber, consents, address, ...facts } = carer;
    let accountId: string | null = null;
    if (email || mobile) {
      accountId = await this.liveAccounts.ensure(tx, { email, mobile, name: `${firstName} ${lastName}` }, rule);
      await this.liveAccounts.grant(tx, accountId, 'carer', null, rule);
    }
    const person = {
      ...facts,
      address: address.join('\n'),
      postcode: place.postcode,
      regionId: place.regionId,
      accountId,
    };
    const issued = await this.cards.issue(tx, person, demoActor, { test });
    if (test) return;
    if (cardNumber) {
      issued.card.number = cardNumber;
      await tx.update(Card, { id: issued.card.id }, { number: cardNumber });
    }
    const channels = [...(email ? (['email'] as const) : []), ...(mobile ? (['text'] as const) : []), 'post' as const];
    await this.information.register(tx, {
      cardholder: issued.cardholder,
      source: { kind: 'application' },
      consents: (['carers_information', 'business_offers'] as const).flatMap((purpose) =>
        channels.map((channel) => ({ purpose, channel, given: consents.includes(`${purpose} ${channel}`) })),
      ),
      how: 'web',
      actor: { kind: 'applicant', id: issued.cardholder.id },
    });
    await this.messages.tellIssued(tx, issued);
  }

  private register(
    accounts: PastAccounts,
    past: DemoPast,
    invented: InventedCarer,
    policyOn: (day: LocalDate) => Policy,
  ): Registered {
    const { firstName, lastName, email, mobile, joined, place, ...rest } = invented;
    const name = `${firstName} ${lastName}`;
    const accountId = email || mobile ? accounts.add(joined, { name, email, mobile }, 'carer') : null;
    const cardholder = Object.assign(new Cardholder(), {
      ...rest,
      id: past.id(joined),
      firstName,
      lastName,
      birthDateHash: keyedHash(rest.birthDate, 'birth-date'),
      email,
      emailHash: email && keyedHash(email, 'email'),
      mobile,
      mobileHash: mobile && keyedHash(mobile, 'mobile'),
      postcode: place.postcode,
      postcodeHash: keyedHash(place.postcode, 'postcode'),
      regionId: place.regionId,
      locale: 'en-GB',
      accountId,
      linkVersion: 1,
      joinedAt: joined,
      leftAt: null,
      erasedAt: null,
    });
    return { invented, cardholder, cards: [issue(past, cardholder, joined, policyOn)] };
  }

  /** What happened to some cards since: lost and replaced, stopped for a while, no longer needed. */
  private befall(
    past: DemoPast,
    { cardholder, cards }: Registered,
    index: number,
    staff: Actor,
    policyOn: (day: LocalDate) => Policy,
  ): void {
    const first = cards[0]!;
    if (first.validUntil < past.today) return;
    const later = past.after(first.issuedAt, 30);
    const end = (reason: RevocationReason) => {
      first.revoke(reason, later);
      past.note(later, 'card.revoked', 'card', first.id, staff, { details: { reason } });
    };
    if (index % 30 === 9) {
      end('lost');
      cardholder.linkVersion = 2;
      cards.push(issue(past, cardholder, later, policyOn, first));
    } else if (index % 75 === 40) {
      first.suspend();
      const reason = 'Two tills far apart saw this card within minutes. We are asking its holder.';
      past.note(later, 'card.suspended', 'card', first.id, staff, { reason });
    } else if (index % 75 === 60) end('caring_ended');
  }
}

/** A card as it was issued then; the next one ends when the one before would have. */
function issue(
  past: DemoPast,
  cardholder: Cardholder,
  at: Date,
  policyOn: (day: LocalDate) => Policy,
  before?: Card,
): Card {
  const day = dateInLondon(at);
  const policy = policyOn(day);
  const card = Object.assign(new Card(), {
    id: past.id(at),
    cardholderId: cardholder.id,
    number: newCardNumber((bytes) => past.chance.bytes(bytes)),
    issueNumber: (before?.issueNumber ?? 0) + 1,
    kind:
      ageOn(cardholder.birthDate!, day) < policy.eligibility.youngCarerUnder ? ('young' as const) : ('adult' as const),
    status: 'active' as const,
    validFrom: day,
    validUntil: before?.validUntil ?? addDays(addMonths(day, policy.card.validityMonths), -1),
    printedName: printedName(cardholder.firstName),
    issuedAt: at,
    endedAt: null,
    endReason: null,
  });
  const details = { cardholderId: cardholder.id, issueNumber: card.issueNumber, validUntil: card.validUntil };
  past.note(at, 'card.issued', 'card', card.id, rule, { details });
  return card;
}

function credentialsOf(past: DemoPast, cards: readonly Card[], places: readonly number[]): Credential[] {
  return cards.flatMap((card, nth) =>
    media.map((medium, at) =>
      Object.assign(new Credential(), {
        id: newCredentialId((bytes) => past.chance.bytes(bytes)),
        cardId: card.id,
        medium,
        status: card.status === 'revoked' ? ('revoked' as const) : ('active' as const),
        statusIndex: places[nth * media.length + at]!,
        createdAt: card.issuedAt,
        revokedAt: card.endedAt,
      }),
    ),
  );
}
