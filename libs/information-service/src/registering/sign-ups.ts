import type { Actor } from '@carers/audit';
import { Cardholder, type NewPerson } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Places, SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { Decider } from '../consents.js';
import type { ConsentAnswer, ConsentEvidence, SourceKind, Way } from '../purposes.js';
import { Wordings } from '../wordings.js';
import { type KnownPerson, KnownPeople, surelySame } from './known-people.js';
import { OnlyOnce } from './only-once.js';
import type { PersonContext } from './person.form.js';
import { Registrations } from './registrations.js';
import { RegisteredElsewhere } from './registering.problems.js';
import { ConfirmSignUp } from './sign-up.message.js';

/** Somebody who signs up without asking for a card, as a form or another system brings it. */
export interface SignUp {
  person: NewPerson;
  consents: readonly ConsentAnswer[];
  /** The words that were read; today's when left out. */
  wordingVersion?: string;
  evidence?: ConsentEvidence;
  /** The adult who decided for a child; left out, the person did. */
  decidedBy?: Decider;
  source: { kind: SourceKind; code: string | null };
  how: Way;
  actor: Actor;
  /** What makes a second sending the same as the first. */
  once: { door: string; key: string };
}

/** A consent that was given elsewhere, with the words and what proves it. */
export interface ConsentElsewhere {
  wording: string;
  evidence: ConsentEvidence;
}

/** What a person at a desk decided about likely matches: the id of the same person, or that none of these is. */
export interface Decision {
  seen: readonly string[];
  sameAs: string | null;
}

/** Rolls back what was begun when somebody has to look first. */
class LookFirst extends Error {
  constructor(readonly matches: KnownPerson[]) {
    super('Somebody must decide who this is.');
  }
}

/** Signing up without a card: who is known already is not entered twice, and what is sent twice counts once. */
@Injectable()
export class SignUps {
  constructor(
    private readonly database: Database,
    private readonly known: KnownPeople,
    private readonly once: OnlyOnce,
    private readonly registrations: Registrations,
    private readonly confirm: ConfirmSignUp,
    private readonly wordings: Wordings,
    private readonly places: Places,
    private readonly schemes: SchemeService,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** What decides today who may sign up. */
  async context(): Promise<PersonContext> {
    const today = this.clock.today();
    const [atlas, policy] = await Promise.all([this.places.atlas(), this.schemes.policyOn(today)]);
    return { atlas, policy, today, locale: this.settings.defaultLocale };
  }

  /** The service that serves a region. */
  async serviceOf(regionId: string) {
    const { regions, carersServices } = await this.schemes.current();
    const id = regions.find((region) => region.id === regionId)!.carersServiceId;
    return carersServices.find((service) => service.id === id)!;
  }

  /**
   * Registers by a door where nobody can ask back: who is the same beyond doubt is taken for the one who is known, and
   * everybody else is new. Whoever signs up hears the same either way, and gets a confirmation by their channel.
   * @throws RegistrationKeyUsed
   */
  async byThemselves(sign: SignUp): Promise<{ subscriberId: string; isNew: boolean }> {
    return this.database.transaction((tx) =>
      this.once.run(tx, { ...sign.once, body: bodyOf(sign) }, async () => {
        await this.known.holdDoor(tx);
        const [matches] = await this.known.likely([sign.person], tx);
        return this.enter(tx, sign, surelySame(matches!));
      }),
    );
  }

  /**
   * Registers for a system of one carers service, which tells the carer itself; who is known beyond doubt is not entered
   * twice.
   * @throws RegistrationKeyUsed; RegisteredElsewhere for somebody of another service's list
   */
  async bySystem(
    sign: SignUp,
    carersServiceId: string,
    elsewhere: ConsentElsewhere | null,
  ): Promise<{ subscriberId: string; isNew: boolean }> {
    return this.database.transaction((tx) =>
      this.once.run(tx, { ...sign.once, body: [bodyOf(sign), elsewhere] }, async () => {
        await this.known.holdDoor(tx);
        const [matches] = await this.known.likely([sign.person], tx);
        const same = surelySame(matches!);
        if (same?.carersServiceId && same.carersServiceId !== carersServiceId) throw new RegisteredElsewhere();
        const locale = sign.person.locale ?? this.settings.defaultLocale;
        const proof = elsewhere && {
          wordingVersion: await this.wordings.keepElsewhere(tx, locale, elsewhere.wording),
          evidence: elsewhere.evidence,
        };
        return this.enter(tx, { ...sign, ...proof }, same, false);
      }),
    );
  }

  /**
   * Registers by somebody at a desk, who says of every likely match whether it is the same person. Gives the matches,
   * and changes nothing, while there are some that were not decided on.
   * @throws RegistrationKeyUsed; RegisteredElsewhere when the same person is on another service's list
   */
  async byStaff(sign: SignUp, decision: Decision): Promise<{ subscriberId: string } | { matches: KnownPerson[] }> {
    const { id: serviceId } = await this.serviceOf(sign.person.regionId);
    try {
      return await this.database.transaction((tx) =>
        this.once.run(tx, { ...sign.once, body: bodyOf(sign) }, async () => {
          await this.known.holdDoor(tx);
          const [matches] = await this.known.likely([sign.person], tx);
          const same = matches!.find(({ cardholderId }) => cardholderId === decision.sameAs) ?? null;
          const undecided = matches!.some(({ cardholderId }) => !decision.seen.includes(cardholderId));
          if (undecided || (decision.sameAs && !same)) throw new LookFirst(matches!);
          if (same?.carersServiceId && same.carersServiceId !== serviceId) throw new RegisteredElsewhere();
          return this.enter(tx, sign, same, false);
        }),
      );
    } catch (error) {
      if (error instanceof LookFirst) return { matches: error.matches };
      throw error;
    }
  }

  private async enter(tx: Tx, sign: SignUp, same: KnownPerson | null, confirmed = true): Promise<string> {
    const { person, once: _once, ...rest } = sign;
    const locale = person.locale ?? this.settings.defaultLocale;
    if (!same) {
      const { cardholder, subscriber } = await this.registrations.registerWithoutCard(tx, { ...person, locale }, rest);
      if (confirmed) await this.confirm.unlessWelcomed(tx, subscriber, cardholder, sign.consents);
      return subscriber.id;
    }
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: same.cardholderId });
    const { subscriber } = await this.registrations.registerKnown(tx, { ...rest, cardholder });
    if (confirmed) await this.confirm.queue(tx, subscriber, cardholder);
    return subscriber.id;
  }
}

/** What makes two requests the same: what was said, not the wording that was kept in between. */
function bodyOf({ person, consents }: SignUp): unknown {
  return { person, consents };
}
