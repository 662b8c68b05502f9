import { CardholderEvents } from '@carers/cards';
import type { Tx } from '@carers/database';
import { SubscriberEvents } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { BulletinRow } from '../bulletin-row.js';
import { PrintCheck } from './print-check.js';

/** How long letters are on their way once the print house has them, in days. */
const onTheirWay = 7;

/**
 * Letters that can no longer be stopped: their person said no, died, moved or paused while the print house had them. It is
 * written down with the copy, so that whoever rings about it hears why it came.
 */
@Injectable()
export class LateStops implements OnModuleInit {
  constructor(
    private readonly events: SubscriberEvents,
    private readonly cardholders: CardholderEvents,
    private readonly clock: Clock,
    private readonly check: PrintCheck,
  ) {}

  onModuleInit(): void {
    for (const event of ['changed', 'consent', 'left', 'moved', 'held'] as const)
      this.events.on(event, (tx, { subscriberId }) => this.note(tx, 's.id', subscriberId));
    this.cardholders.on('corrected', (tx, { cardholderId }) => this.note(tx, 's.cardholder_id', cardholderId));
  }

  private async note(tx: Tx, column: 's.id' | 's.cardholder_id', id: string): Promise<void> {
    const since = new Date(this.clock.now().getTime() - onTheirWay * 86_400_000);
    const posted = (await tx.query(
      `SELECT run.id AS "runId", l.number, b.purpose, b.carers_service_id AS "carersServiceId"
         FROM subscriber s JOIN delivery d ON d.subscriber_id = s.id JOIN print_letter l ON l.delivery_id = d.id JOIN print_run run ON run.id = l.run_id
         JOIN bulletin b ON b.id = d.bulletin_id
        WHERE ${column} = $1 AND d.state = 'printed' AND d.too_late IS NULL AND run.sent_at > $2
        ORDER BY d.id FOR UPDATE OF d`,
      [id, since],
    )) as ({ runId: string; number: number } & Pick<BulletinRow, 'purpose' | 'carersServiceId'>)[];
    for (const { runId, number, ...bulletin } of posted)
      await writeTooLate(tx, await this.check.of(tx, runId, bulletin, number));
  }
}

/** Writes with each copy why it ought not to have gone. */
export async function writeTooLate(
  tx: Tx,
  { held, changed }: { held: readonly { id: string; held: string }[]; changed: readonly { id: string }[] },
): Promise<void> {
  const late = [
    ...held.map(({ id, held: why }) => ({ id, why })),
    ...changed.map(({ id }) => ({ id, why: 'new_address' })),
  ];
  if (late.length === 0) return;
  await tx.query(
    `UPDATE delivery d SET too_late = o.why FROM jsonb_to_recordset($1::jsonb) AS o (id uuid, why text)
      WHERE d.id = o.id AND d.state = 'printed'`,
    [JSON.stringify(late)],
  );
}
