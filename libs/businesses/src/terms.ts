import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { TermsChanged } from './businesses.problems.js';
import { TermsAcceptance, TermsVersion } from './terms.entity.js';

/** What businesses agree to, by version. */
@Injectable()
export class BusinessTerms {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The version in force today; its words are `businesses:terms.<version>`. */
  async current(from: Pick<Tx, 'findOne'> = this.database.reader): Promise<TermsVersion> {
    const version = await from.findOne(TermsVersion, {
      where: { inForceFrom: LessThanOrEqual(this.clock.today()) },
      order: { inForceFrom: 'DESC' },
    });
    if (!version) throw new Error('No version of the terms for businesses is in force.');
    return version;
  }

  /**
   * Keeps the proof that a business agreed. Agreeing again to the same version changes nothing.
   * @throws TermsChanged when `version` is no longer the one in force
   */
  async accept(tx: Tx, businessId: string, version: string, accountId: string | null): Promise<void> {
    if (version !== (await this.current(tx)).version) throw new TermsChanged();
    await tx
      .createQueryBuilder()
      .insert()
      .into(TermsAcceptance)
      .values({ id: this.ids.next(), businessId, version, acceptedAt: this.clock.now(), accountId })
      .orIgnore()
      .execute();
  }

  /** The versions that a business agreed to, newest first. */
  async acceptedBy(businessId: string): Promise<TermsAcceptance[]> {
    return this.database.reader.find(TermsAcceptance, { where: { businessId }, order: { acceptedAt: 'DESC' } });
  }
}
