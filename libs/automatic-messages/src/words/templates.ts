import { type Actor, Audit } from '@carers/audit';
import { CompositionFaults } from '@carers/composer';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { AutomaticMessageFixed, AutomaticMessageNotFound } from '../automatic-messages.problems.js';
import type { AutomaticMessage } from '../catalogue.js';
import { checked } from './composing.js';
import { MessageSwitch } from './message-switch.entity.js';
import { MessageTemplateVersion } from './message-template-version.entity.js';
import type { WrittenText } from './program-words.js';
import type { Owner } from './versions.js';

/** Which words: of a message, of an owner, in a language. */
export interface Which {
  message: AutomaticMessage;
  owner: Owner;
  locale: string;
}

/** Writes what staff decide about automatic messages. Nothing is ever written over. */
@Injectable()
export class Templates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly settings: Settings,
  ) {}

  /**
   * Saves words that are sent from now on.
   * @param began the revision that the writer began with (0 for none)
   * @returns false where a colleague saved another one meanwhile: then nothing is saved
   * @throws CompositionFaults for words that cannot be sent; AutomaticMessageFixed
   */
  async save(which: Which, text: WrittenText, began: number, actor: Actor): Promise<boolean> {
    const written = { ...text, locale: which.locale, savedAt: this.clock.now() };
    const { faults, notices } = checked(which.message, written, this.settings.publicUrl);
    if (faults.length > 0) throw new CompositionFaults(faults, notices);
    return this.database.transaction((tx) => this.add(tx, which, text, began, 'saved', actor));
  }

  /**
   * Puts the words of an earlier version in force again, as a new version.
   * @throws AutomaticMessageNotFound, CompositionFaults where it names what the message does not know any more
   */
  async restore(which: Which, revision: number, began: number, actor: Actor): Promise<boolean> {
    const { message, owner, locale } = which;
    const old = await this.database.reader
      .createQueryBuilder(MessageTemplateVersion, 'version')
      .where('version.message_key = :key AND version.carers_service_id IS NOT DISTINCT FROM :owner', {
        key: message.key,
        owner,
      })
      .andWhere('version.locale = :locale AND version.revision = :revision', { locale, revision })
      .getOne();
    if (!old) throw new AutomaticMessageNotFound();
    const { title, markdown, shortText } = old;
    if (title === null || markdown === null) return this.reset(which, began, actor);
    return this.save(which, { title, markdown, shortText }, began, actor);
  }

  /** Goes back to the usual words: a service's to the scheme's, the scheme's to the program's. */
  async reset(which: Which, began: number, actor: Actor): Promise<boolean> {
    return this.database.transaction((tx) => this.add(tx, which, null, began, 'reset', actor));
  }

  /** Switches a message on or off, for the people of one service or for everybody. @throws AutomaticMessageFixed */
  async turn(message: AutomaticMessage, owner: Owner, isOn: boolean, reason: string, actor: Actor): Promise<void> {
    if (!message.maySwitchOff) throw new AutomaticMessageFixed();
    await this.database.transaction(async (tx) => {
      const what = { messageKey: message.key, carersServiceId: owner, isOn, reason };
      await tx.insert(MessageSwitch, { id: this.ids.next(), ...what, setBy: actor.id, setAt: this.clock.now() });
      await this.note(tx, isOn ? 'switched-on' : 'switched-off', message, actor, { service: owner }, reason);
    });
  }

  private async add(
    tx: Tx,
    { message, owner, locale }: Which,
    text: WrittenText | null,
    began: number,
    what: string,
    actor: Actor,
  ): Promise<boolean> {
    if (!message.mayEdit) throw new AutomaticMessageFixed();
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(MessageTemplateVersion)
      .values({
        id: this.ids.next(),
        messageKey: message.key,
        carersServiceId: owner,
        locale,
        revision: began + 1,
        title: text?.title ?? null,
        markdown: text?.markdown ?? null,
        shortText: text?.shortText ?? null,
        savedBy: actor.id,
        savedAt: this.clock.now(),
      })
      // Two who began with the same revision: the second saves nothing.
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 0) return false;
    await this.note(tx, what, message, actor, { service: owner, locale, revision: began + 1 });
    return true;
  }

  private async note(
    tx: Tx,
    what: string,
    message: AutomaticMessage,
    actor: Actor,
    details: Record<string, unknown>,
    reason: string | null = null,
  ): Promise<void> {
    const subject = { kind: 'automatic-message', id: message.key };
    await this.audit.record(tx, { action: `automatic-message.${what}`, subject, actor, details, reason });
  }
}
