import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { ContactChange } from './contact-change.entity.js';
import { ContactChanges } from './contact-changes.js';

/** The message to a new address. Its link is made when it is sent; who changed their mind meanwhile gets none. */
@Injectable()
@SuppliesParams('information-service/confirm-contact')
export class ConfirmContactWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly changes: ContactChanges,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { changeId, firstName } = message.params as { changeId: string; firstName: string };
    const change = await this.database.reader.findOneBy(ContactChange, { id: changeId });
    if (!change || change.confirmedAt) return { params: {}, drop: true };
    return { params: { firstName, link: this.changes.urlFor(changeId) }, secret: true, askedFor: true };
  }
}
