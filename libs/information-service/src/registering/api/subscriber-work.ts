import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import { Clock, type FieldError, InvalidInput, line } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { InformationService } from '../../information-service.js';
import type { ConsentAnswer } from '../../purposes.js';
import type { Subscriber } from '../../subscriber.entity.js';
import { Wordings } from '../../wordings.js';
import { needsAgreement, personOf } from '../person.form.js';
import { type ConsentElsewhere, SignUps } from '../sign-ups.js';
import type { ServiceKey } from './service-key.entity.js';
import { IdempotencyKeyNeeded } from './service-keys.problems.js';
import type { NewSubscriber, SubscriberChange } from './subscriber-bodies.js';

const key = (rest: string) => `information-service:api.${rest}`;
const onceKey = line({ max: 255, missing: key('once-missing') });

/** What other systems may do to the list, by the same rules as people at a desk. */
@Injectable()
export class SubscriberWork {
  constructor(
    private readonly database: Database,
    private readonly signUps: SignUps,
    private readonly service: InformationService,
    private readonly wordings: Wordings,
    private readonly schemes: SchemeService,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, IdempotencyKeyNeeded, RegistrationKeyUsed, RegisteredElsewhere */
  async register(
    { id: door, carersServiceId }: ServiceKey,
    once: string | undefined,
    { address, contact, consents, proof, ...names }: NewSubscriber,
    actor: Actor,
  ): Promise<{ subscriberId: string; isNew: boolean }> {
    const given = onceKey.safeParse(once);
    if (!given.success) throw new IdempotencyKeyNeeded();
    const context = await this.signUps.context();
    const [line1 = null, line2 = null, town = null] = address.lines;
    const form = { ...names, ...contact, line1, line2, town, postcode: address.postcode, consents: [] };
    const read = personOf(form, context);
    if (read.errors) throw new InvalidInput(read.errors.map(atItsField));
    const { person } = read;
    if (needsAgreement(person.birthDate, context)) refuse('birthDate', key('child'));
    const { id, name, phone } = await this.signUps.serviceOf(person.regionId);
    if (id !== carersServiceId) {
      refuse('address.postcode', 'information-service:registering.other-service', { service: name, phone });
    }
    return this.signUps.bySystem(
      {
        person,
        consents,
        source: { kind: 'api', code: null },
        how: 'api',
        actor,
        once: { door, key: given.data },
      },
      carersServiceId,
      this.proofOf(consents, proof),
    );
  }

  /** @throws InvalidInput */
  async change(subscriber: Subscriber, body: SubscriberChange, actor: Actor): Promise<void> {
    const { consents, proof, language, ...wanted } = body;
    const { locales } = await this.schemes.current();
    if (language !== undefined && !locales.includes(language)) refuse('language', key('language-wrong'));
    const elsewhere = this.proofOf(consents, proof);
    await this.database.transaction(async (tx) => {
      const preferences = { ...wanted, ...(language !== undefined && { locale: language }) };
      await this.service.prefer(tx, subscriber.id, preferences, 'api', actor);
      if (consents.length === 0) return;
      // A no alone brings nobody back who left; a yes does.
      if (!consents.some(({ given }) => given)) {
        await this.service.change(tx, subscriber.id, consents, 'api', actor);
        return;
      }
      const asked = elsewhere && {
        wordingVersion: await this.wordings.keepElsewhere(tx, subscriber.locale, elsewhere.wording),
        evidence: elsewhere.evidence,
      };
      await this.service.registerAgain(tx, subscriber.id, { consents, how: 'api', actor, ...asked });
    });
  }

  async leave(subscriber: Subscriber, actor: Actor): Promise<void> {
    await this.database.transaction((tx) => this.service.leave(tx, subscriber.id, 'api', actor));
  }

  /** Every yes needs its proof. @throws InvalidInput */
  private proofOf(consents: readonly ConsentAnswer[], proof: NewSubscriber['proof']): ConsentElsewhere | null {
    if (!proof) {
      if (consents.some(({ given }) => given)) refuse('proof', key('proof-missing'));
      return null;
    }
    const { wording, ...evidence } = proof;
    if (evidence.givenOn > this.clock.today()) refuse('proof.givenOn', key('given-in-future'));
    return { wording, evidence };
  }
}

function refuse(field: string, message: string, params?: FieldError['params']): never {
  throw new InvalidInput([{ field, message, ...(params && { params }) }]);
}

const fields: Record<string, string> = {
  postcode: 'address.postcode',
  line1: 'address.lines',
  email: 'contact.email',
  mobile: 'contact.mobile',
  channel: 'contact.channel',
};

function atItsField(error: FieldError): FieldError {
  return { ...error, field: fields[error.field] ?? error.field };
}
