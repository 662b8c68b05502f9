import { type Business, Businesses } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { Translations, type Words } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { MoveOptions } from '../cases/vetting-cases.js';
import { checkOf } from '../programmes/programme.js';
import type { CaseFile } from './case-file.js';
import type { LapseNotice } from './lapse-notices.js';
import type { Because, Standing } from './listing-rule.js';

/** What a business is told by e-mail about its listing, and the reasons in words. */
@Injectable()
export class ListingMail {
  constructor(
    private readonly messages: Messages,
    private readonly businesses: Businesses,
    private readonly translations: Translations,
    private readonly settings: Settings,
  ) {}

  /** Why the program moves a case, as its history and the business are told. */
  reasonOf(file: CaseFile, { because, move }: Standing): MoveOptions {
    if (move === 'restore' || move === 'lift') return { reasonKey: 'vetting:because.renewed' };
    const fee = because.find(({ kind }) => kind === 'fee_overdue' || kind === 'fee_disputed');
    const reasonKey = fee ? `vetting:because.${fee.kind.replace('_', '-')}` : 'vetting:because.not-renewed';
    return { reasonKey, reason: this.sentences(file, because).join(' ') };
  }

  /** The listing was lost, or came back, by the file alone. */
  async changed(tx: Tx, file: CaseFile, { accredited, because }: Standing): Promise<void> {
    const business = await this.businesses.locked(tx, file.case.businessId);
    await this.toOwner(tx, business, accredited ? 'listing-back' : 'listing-hidden', {
      programme: this.words().t(file.programme.title),
      homes: file.ruled.forListing,
      because: this.sentences(file, because),
    });
  }

  /** One mail about all checks of a business that run out soon. */
  async runsOut(tx: Tx, businessId: string, notices: readonly LapseNotice[]): Promise<void> {
    const words = this.words();
    const ordered = [...notices].sort((one, other) => one.validUntil.localeCompare(other.validUntil));
    const lines = ordered.map(({ titleKey, evidenceKeys, validUntil }) => {
      const evidence = words.list(evidenceKeys.map((key) => words.t(key)));
      const title = words.t(titleKey);
      const date = words.longDate(validUntil);
      return words.t(evidence ? 'vetting:listing.runs-out-send' : 'vetting:listing.runs-out', {
        title,
        date,
        evidence,
      });
    });
    const business = await this.businesses.locked(tx, businessId);
    await this.toOwner(tx, business, 'checks-run-out', { first: words.longDate(ordered[0]!.validUntil), lines });
  }

  private sentences(file: CaseFile, because: readonly Because[]): string[] {
    const words = this.words();
    return because.map(({ kind, key }) => {
      const check = key && checkOf(file.programme, key);
      return words.t(`vetting:listing.because.${kind}`, { check: check ? words.t(check.title) : '' });
    });
  }

  private async toOwner(
    tx: Tx,
    business: Business,
    template: string,
    params: Record<string, string | boolean | string[]>,
  ): Promise<void> {
    await this.messages.queue(tx, {
      to: { channel: 'email', address: business.contactEmail, name: business.contactName },
      template: `vetting/${template}`,
      params: { business: business.name, path: `/business/${business.id}/vetting`, ...params },
      about: { kind: 'business', id: business.id },
    });
  }

  private words(): Words {
    return this.translations.in(this.settings.defaultLocale);
  }
}
