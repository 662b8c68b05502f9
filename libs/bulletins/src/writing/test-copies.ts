import { Accounts } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { attachmentsOf, CompositionFaults, emailOf, textOf } from '@carers/composer';
import { Database } from '@carers/database';
import {
  Messages,
  type OutgoingMessage,
  type ParamsSupplier,
  type SuppliedParams,
  SuppliesParams,
} from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Bulletin } from './bulletin.entity.js';
import { BulletinContents } from './bulletin-contents.js';
import type { BulletinCopy, FrozenBulletin } from './frozen-bulletin.js';
import { type Addressee, samplePerson, samplePeople, type SamplePerson } from './sample-people.js';
import { NowhereToSendTest } from './bulletins.problems.js';

/** Sends a writer a copy as one of the made-up people would get it: to their own address and no other. */
@Injectable()
export class TestCopies {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly messages: Messages,
    private readonly audit: Audit,
  ) {}

  /** Queues one. @throws NowhereToSendTest when the writer's account has no such address */
  async send(bulletin: Bulletin, channel: 'email' | 'text', person: SamplePerson, actor: Actor): Promise<string> {
    const contact = await this.accounts.contactOf(actor.id);
    const address = channel === 'email' ? contact.email : contact.mobile;
    if (!address) throw new NowhereToSendTest();
    await this.database.transaction(async (tx) => {
      await this.messages.queue(tx, {
        to: { channel, address, name: contact.name, locale: contact.locale },
        template: 'bulletins/test',
        params: { person },
        about: { kind: 'bulletin', id: bulletin.id },
      });
      await this.audit.record(tx, {
        action: 'bulletin.tested',
        subject: { kind: 'bulletin', id: bulletin.id },
        actor,
        details: { channel, person },
      });
    });
    return address;
  }
}

/** The words of such a copy, as they are when it is sent. */
@Injectable()
@SuppliesParams('bulletins/test')
export class TestCopyWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly contents: BulletinContents,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const bulletin = await this.database.reader.findOneBy(Bulletin, { id: message.aboutId! });
    // Deleted meanwhile.
    if (!bulletin) return { params: {}, drop: true };
    const written = await this.contents.asWritten(bulletin);
    const which = samplePeople.find((each) => each === (message.params as { person?: unknown }).person) ?? 'standard';
    const locales = written.content.versions.map(({ locale }) => locale);
    const person = samplePerson(which, locales, written.content.publicUrl);
    const copy = copyFor(written, person);
    // Somebody is writing on, and it cannot be sent as it is now.
    if (!copy) return { params: {}, drop: true };
    const { composed, locale } = copy;
    if (message.channel === 'text') {
      const { text } = textOf(composed, person, written.textFrame(locale));
      return { params: {}, words: { subject: '', text, html: null } };
    }
    const frame = written.emailFrame(locale);
    const email = emailOf(composed, person, frame);
    const subject = frame.words.t('bulletins:test.subject', { subject: email.subject });
    return { params: {}, words: { ...email, subject }, attachments: attachmentsOf(composed) };
  }
}

function copyFor(bulletin: FrozenBulletin, person: Addressee): BulletinCopy | null {
  try {
    return bulletin.copyFor(person);
  } catch (error) {
    if (error instanceof CompositionFaults) return null;
    throw error;
  }
}
