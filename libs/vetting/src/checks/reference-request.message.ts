import { Businesses } from '@carers/businesses';
import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { endedStates } from '../cases/case-moves.js';
import { VettingCase } from '../cases/vetting-case.entity.js';
import { ReferenceLinks } from './reference-links.js';
import { VettingReference } from './vetting-reference.entity.js';

/** The link and the name of the business, put in when a referee is written to. */
@Injectable()
@SuppliesParams('vetting/reference-request')
export class ReferenceRequest implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly businesses: Businesses,
    private readonly links: ReferenceLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const reference = await this.database.reader.findOneBy(VettingReference, { id: message.aboutId! });
    if (!reference?.tokenHash) return { params: {}, drop: true };
    const { businessId, state } = await this.database.reader.findOneByOrFail(VettingCase, { id: reference.caseId });
    if (endedStates.includes(state)) return { params: {}, drop: true };
    const { name: business } = await this.businesses.get(businessId);
    return { params: { business, link: this.links.urlFor(reference), until: reference.openUntil }, secret: true };
  }
}
