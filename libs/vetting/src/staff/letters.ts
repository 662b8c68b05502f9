import { type Actor, Audit } from '@carers/audit';
import { Branches, Businesses } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { Messages, type Recipient } from '@carers/messages';
import { BrandSource, Views } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { shownCaseReference } from '../cases/case-reference.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { type LetterKind, VettingLetter } from './vetting-letter.entity.js';

/** A letter as an officer wants it. */
export interface LetterDraft {
  kind: LetterKind;
  words: string;
  channel: 'email' | 'letter';
  /** Catalogue key of the programme's own reason, where one was chosen. */
  becauseKey?: string | null;
  /** The day by which what is wrong must be right. */
  dueOn?: LocalDate | null;
}

/** What businesses are written to about their cases: worded by templates, sent by messages, kept on the file. */
@Injectable()
export class Letters {
  constructor(
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly messages: Messages,
    private readonly views: Views,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** As it will arrive: subject and text. */
  async preview(about: VettingCase, draft: LetterDraft): Promise<{ subject: string; text: string }> {
    const business = await this.businesses.get(about.businessId);
    const model = { name: business.contactName, ...paramsOf(about, business.name, draft) };
    const context = { locale: this.settings.defaultLocale, brand: await this.brands.current() };
    const { subject, text } = this.views.email('vetting/messages/officer-letter', model, context);
    return { subject, text };
  }

  /** Sends a letter in the transaction of what it tells of, and keeps it on the file. */
  async send(tx: Tx, about: VettingCase, draft: LetterDraft, actor: Actor): Promise<void> {
    const business = await this.businesses.get(about.businessId, tx);
    const to: Recipient =
      draft.channel === 'letter'
        ? {
            channel: 'post',
            address: await this.addressOf(tx, about.businessId, business.name),
            name: business.contactName,
          }
        : { channel: 'email', address: business.contactEmail, name: business.contactName };
    const messageId = await this.messages.queue(tx, {
      to,
      template: 'vetting/officer-letter',
      params: paramsOf(about, business.name, draft),
      about: { kind: 'vetting_case', id: about.id },
    });
    await tx.insert(VettingLetter, {
      id: this.ids.next(),
      caseId: about.id,
      kind: draft.kind,
      channel: draft.channel,
      words: draft.words,
      messageId,
      sentBy: actor.kind === 'account' ? actor.id : 'system',
      sentAt: this.clock.now(),
    });
    await this.audit.record(tx, {
      action: 'vetting.letter-sent',
      subject: { kind: 'vetting_case', id: about.id },
      actor,
      details: { letter: draft.kind, channel: draft.channel },
    });
  }

  /** Where a business can be written to; null where it has no address. @param tx the transaction at hand, if any */
  async postalAddress(businessId: string, tx?: Tx): Promise<string[] | null> {
    const placed = (await this.branches.of(businessId, tx)).find(({ addressLines }) => (addressLines ?? []).length > 0);
    return placed ? [...placed.addressLines!, placed.postcode!].filter(Boolean) : null;
  }

  private async addressOf(tx: Tx, businessId: string, name: string): Promise<string> {
    return [name, ...((await this.postalAddress(businessId, tx)) ?? [])].join('\n');
  }
}

function paramsOf(about: VettingCase, business: string, { kind, words, becauseKey, dueOn }: LetterDraft) {
  return {
    business,
    reference: shownCaseReference(about.reference),
    kind,
    // Line by line: a mail's plain part keeps no line ends of its own.
    lines: words.split(/\n+/).filter((line) => line.trim() !== ''),
    becauseKey: becauseKey ?? null,
    dueOn: dueOn ?? null,
    path: `/business/${about.businessId}/vetting`,
    appealUntil: canBeAppealed.has(kind) ? about.appealUntil : null,
  };
}

const canBeAppealed = new Set<LetterKind>(['refused', 'suspended', 'removed']);
