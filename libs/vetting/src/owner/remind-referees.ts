import { readEmail, readMobile } from '@carers/access';
import { Database } from '@carers/database';
import { HandlesJob, JobName, Jobs } from '@carers/jobs';
import { addDays, Clock } from '@carers/kernel';
import {
  Messages,
  type OutgoingMessage,
  type ParamsSupplier,
  type SuppliedParams,
  SuppliesParams,
} from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { endedStates } from '../cases/case-moves.js';
import { ReferenceRequest } from '../checks/reference-request.message.js';
import { VettingReference } from '../checks/vetting-reference.entity.js';

/** Days after which a referee who has not answered is asked once more, and never again. */
const patience = 7;
const batch = 200;

export const remindReferees = new JobName<{ day: string }>('vetting.remind-referees');

/** Asks for the reminders of the day. Any number of workers ask once. */
@Injectable()
export class RemindRefereesSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('40 9 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(remindReferees, { day }, { once: day });
  }
}

/** Reminds each referee once. The row that says so and the message are saved together. */
@Injectable()
@HandlesJob(remindReferees)
export class RemindReferees {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly messages: Messages,
  ) {}

  async handle(): Promise<void> {
    for (;;) {
      const due = await this.due();
      for (const { id } of due) await this.remind(id);
      if (due.length < batch) return;
    }
  }

  /** Those who were asked a week ago, may still answer, and were not reminded; of cases that still run. */
  private async due(): Promise<{ id: string }[]> {
    const today = this.clock.today();
    return this.database.query<{ id: string }>(
      `SELECT reference.id FROM vetting_reference reference
         JOIN vetting_case ON vetting_case.id = reference.case_id AND vetting_case.state <> ALL ($4)
        WHERE reference.token_hash IS NOT NULL AND reference.open_until >= $1
          AND (reference.asked_at AT TIME ZONE 'Europe/London')::date <= $2
          AND NOT EXISTS (SELECT FROM reference_reminder WHERE reference_id = reference.id)
        ORDER BY reference.asked_at LIMIT $3`,
      [today, addDays(today, -patience), batch, endedStates],
    );
  }

  private async remind(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const reference = await tx.findOne(VettingReference, { where: { id }, lock: { mode: 'pessimistic_write' } });
      // Two workers at once: the second finds the row and writes nothing.
      const [first] = await tx.query<unknown[]>(
        `INSERT INTO reference_reminder (reference_id, reminded_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1`,
        [id, this.clock.now()],
      );
      if (!first || !reference?.tokenHash) return;
      const contact =
        (reference.email && readEmail(reference.email)) || (reference.phone && readMobile(reference.phone)) || null;
      if (!contact) return;
      await this.messages.queue(tx, {
        to: { channel: contact.channel, address: contact.address, name: reference.name },
        template: 'vetting/reference-reminder',
        about: { kind: 'vetting_reference', id },
      });
    });
  }
}

/** The same link as in the first message: it still ends on its day. */
@Injectable()
@SuppliesParams('vetting/reference-reminder')
export class ReferenceReminderMessage implements ParamsSupplier {
  constructor(private readonly request: ReferenceRequest) {}

  supply(message: OutgoingMessage): Promise<SuppliedParams> {
    return this.request.supply(message);
  }
}
