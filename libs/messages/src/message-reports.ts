import { Database } from '@carers/database';
import { Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import { OutgoingMessage } from './outgoing-message.entity.js';

/** What came back about a message that was handed over. */
export interface MessageReport {
  messageId: string;
  /** `soft`: not now, as for a full mailbox. `complaint`: the reader pressed "this is spam". */
  kind: 'delivered' | 'hard' | 'soft' | 'complaint';
  at: Date;
}

/** Takes reports of what became of messages: about the address in the message, whatever its person gave since. */
@Injectable()
export class MessageReports {
  constructor(
    private readonly database: Database,
    private readonly suppressions: Suppressions,
  ) {}

  /**
   * A report that comes twice counts once.
   * @returns whether it was about a message of ours
   */
  async take({ messageId, kind, at }: MessageReport): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const message = await tx.findOne(OutgoingMessage, { where: { id: messageId }, lock });
      if (!message) return false;
      const { channel, recipient: address, state } = message;
      if ((kind === 'hard' || kind === 'soft') && (state === 'sent' || state === 'unknown'))
        await tx.update(OutgoingMessage, { id: messageId }, { state: 'failed', error: `It came back (${kind}).` });
      // Of somebody who was erased nothing is left to stop.
      if (!address || channel === 'post') return true;
      const report = { channel, address, at, about: { kind: 'message', id: messageId } };
      if (kind === 'delivered') await this.suppressions.delivered(tx, report);
      else if (kind === 'complaint') await this.suppressions.complained(tx, report);
      else await this.suppressions.bounced(tx, { ...report, kind });
      return true;
    });
  }
}
