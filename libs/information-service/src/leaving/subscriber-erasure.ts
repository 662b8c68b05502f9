import { PersonErasure } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConsentDecider } from '../children/consent-decider.entity.js';
import { ContactChange } from '../preferences/contact-change.entity.js';
import { LetterCode } from '../preferences/letter-code.entity.js';
import { SubscriberPostKey } from '../holds/subscriber-post-key.entity.js';
import { Subscriber } from '../subscriber.entity.js';
import { Subscription } from '../subscription.entity.js';

/**
 * The registration stays as a row without anybody: which service and region, since when, from where. Its ledgers hold ids
 * and decisions only, so they stay whole. Codes of letters, new addresses and lines of imported files go.
 */
@Injectable()
export class SubscriberErasure implements OnModuleInit {
  constructor(private readonly erasure: PersonErasure) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
      const subscriber = await tx.findOneBy(Subscriber, { cardholderId });
      if (!subscriber) return [];
      const { id, linkVersion } = subscriber;
      await tx.delete(LetterCode, { subscriberId: id });
      await tx.delete(ContactChange, { subscriberId: id });
      await tx.delete(SubscriberPostKey, { subscriberId: id });
      await tx.delete(Subscription, { subscriberId: id });
      await tx.update(ConsentDecider, { subscriberId: id }, { name: null, contact: null });
      await eraseFromLists(tx, id, cardholderId);
      await tx.query('UPDATE registration_request SET subscriber_id = NULL WHERE subscriber_id = $1', [id]);
      await tx.update(Subscriber, { id }, { linkVersion: linkVersion + 1, topics: [], pausedUntil: null });
      return [id];
    });
  }
}

/** Lines of lists that are them, so that a list under way does not bring them back; and lines that could have been them. */
async function eraseFromLists(tx: Tx, subscriberId: string, cardholderId: string): Promise<void> {
  const kept = `import_id IN (SELECT id FROM subscriber_import WHERE erased_at IS NULL)`;
  await tx.query(
    `UPDATE subscriber_import_row SET cells = NULL, problems = '[]', likely = '[]',
            state = CASE WHEN state IN ('unread', 'ready', 'known', 'doubtful') THEN 'skipped' ELSE state END
      WHERE ${kept} AND (subscriber_id = $1 OR same_as = $2)`,
    [subscriberId, cardholderId],
  );
  await tx.query(
    `UPDATE subscriber_import_row
        SET likely = (SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(likely) AS one
                       WHERE one ->> 'cardholderId' <> $1)
      WHERE ${kept} AND likely @> jsonb_build_array(jsonb_build_object('cardholderId', $1::text))`,
    [cardholderId],
  );
}
