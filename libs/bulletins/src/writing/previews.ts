import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Actor } from '@carers/audit';
import { Audit } from '@carers/audit';
import {
  attachmentsOf,
  type ComposedAttachment,
  emailOf,
  LetterPrinter,
  type PrintedLetter,
  type TextMessage,
  textOf,
} from '@carers/composer';
import { Database } from '@carers/database';
import {
  type OfficerScope,
  PreferenceLinks,
  Subscriber,
  SubscriberFiles,
  SubscriberNotFound,
} from '@carers/information-service';
import { Clock, isUuid } from '@carers/kernel';
import type { RenderedEmail } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import type { BulletinCopy, FrozenBulletin } from './frozen-bulletin.js';
import { type Addressee, samplePerson, samplePeople, type SamplePerson } from './sample-people.js';

/** For whom a copy is looked at: one of the made-up people, or somebody of the list by their id. */
export type PreviewFor = { sample: SamplePerson } | { subscriberId: string };

/** What one person would get. */
export interface Preview {
  addressee: Addressee;
  copy: BulletinCopy;
  email: RenderedEmail;
  attachments: readonly ComposedAttachment[];
  text: TextMessage;
}

/** Copies of a bulletin to look at before it is sent. Nothing is kept, and nothing leaves. */
@Injectable()
export class Previews {
  constructor(
    private readonly database: Database,
    private readonly files: SubscriberFiles,
    private readonly links: PreferenceLinks,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Whom a query of a preview page means; the first of the made-up people where it means nobody. */
  static askedFor(query: Record<string, unknown>): PreviewFor {
    const { person, subscriber } = query;
    if (typeof subscriber === 'string' && isUuid(subscriber)) return { subscriberId: subscriber };
    const sample = samplePeople.find((each) => each === person);
    return { sample: sample ?? 'standard' };
  }

  /**
   * @throws SubscriberNotFound also for people of another service; CompositionFaults
   */
  async of(bulletin: FrozenBulletin, whom: PreviewFor, scope: OfficerScope, actor: Actor): Promise<Preview> {
    const addressee = await this.addressee(bulletin, whom, scope, actor);
    const copy = bulletin.copyFor(addressee);
    const { composed, locale } = copy;
    return {
      addressee,
      copy,
      email: emailOf(composed, addressee, bulletin.emailFrame(locale)),
      attachments: attachmentsOf(composed),
      text: textOf(composed, addressee, bulletin.textFrame(locale)),
    };
  }

  /** The letter of a preview, as the print house would get it. */
  async letter(
    bulletin: FrozenBulletin,
    { addressee, copy }: Preview,
  ): Promise<{ file: Buffer; letter: PrintedLetter }> {
    const out = new PassThrough();
    const whole = buffer(out);
    const at = this.clock.now();
    const printer = await LetterPrinter.open(out, { title: bulletin.title, author: bulletin.content.service.name, at });
    const frame = bulletin.letterFrame(copy.locale, { date: this.clock.today(), window: 'dl' });
    const letter = await printer.letter(copy.composed, addressee, frame);
    await printer.end();
    return { file: await whole, letter };
  }

  private async addressee(
    bulletin: FrozenBulletin,
    whom: PreviewFor,
    scope: OfficerScope,
    actor: Actor,
  ): Promise<Addressee> {
    const locales = bulletin.content.versions.map(({ locale }) => locale);
    if ('sample' in whom) return samplePerson(whom.sample, locales, bulletin.content.publicUrl);
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: whom.subscriberId });
    const theirs = subscriber && (scope === null || scope.includes(subscriber.carersServiceId));
    // Of another service than the bulletin's they would never get it.
    if (!theirs || subscriber.carersServiceId !== bulletin.carersServiceId) throw new SubscriberNotFound();
    const { cardholder } = await this.files.of(subscriber);
    await this.audit.note({ action: 'subscriber.viewed', subject: { kind: 'subscriber', id: subscriber.id }, actor });
    const name = `${cardholder.firstName} ${cardholder.lastName}`;
    const address = cardholder.address ? [...cardholder.address.split('\n'), cardholder.postcode] : [];
    return {
      firstName: cardholder.firstName,
      name,
      preferenceUrl: this.links.urlFor(subscriber),
      locale: subscriber.locale,
      format: subscriber.format,
      addressLines: [name, ...address.filter((line) => line !== null)],
      // A code is made when a letter is sent, not for looking at one.
      code: 'EXAMP1E00',
    };
  }
}
