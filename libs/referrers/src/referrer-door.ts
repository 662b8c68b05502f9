import { Limits } from '@carers/access';
import { page, type PageResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { Referrer } from './referrer.entity.js';
import { readReferrerCode } from './referrers.forms.js';
import { ReferrerNotFound } from './referrers.problems.js';
import { Referrers } from './referrers.js';

/** The way in by a code. Whoever tries one code after the other is held up. */
@Injectable()
export class ReferrerDoor {
  constructor(
    private readonly referrers: Referrers,
    private readonly limits: Limits,
    private readonly schemes: SchemeService,
  ) {}

  /**
   * Whose code it is, ended or not.
   * @param address of whoever asks
   * @throws ReferrerNotFound, AskedTooOften after many codes of nobody
   */
  async open(typed: string, address: string): Promise<Referrer> {
    const code = readReferrerCode(typed);
    const referrer = code && (await this.referrers.byCode(code));
    if (referrer) return referrer;
    await this.limits.count('referrer-code-address', address);
    throw new ReferrerNotFound();
  }

  /** Says kindly that it ended, and where to go. */
  async endedPage(referrer: Referrer): Promise<PageResult> {
    return page('referrers/ended', { name: referrer.name, service: await this.serviceOf(referrer) }, { status: 410 });
  }

  /** The carers service of a referrer, as pages show it. */
  async serviceOf({ carersServiceId }: Pick<Referrer, 'carersServiceId'>) {
    const { carersServices } = await this.schemes.current();
    const { name, phone, email, web } = carersServices.find(({ id }) => id === carersServiceId)!;
    return { name, phone, email, web };
  }
}
