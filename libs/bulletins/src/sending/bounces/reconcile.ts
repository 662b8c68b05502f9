import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, Jobs } from '@carers/jobs';
import { Clock, isUuid } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { NotifyApi } from '../engine/notify-api.js';
import { reconcileNotify } from '../sending.jobs.js';
import { kindOf, takeFault } from './notify-status.js';
import { Settlements } from './settlements.js';

/** Notify keeps what became of a message for a week; pages of 250 that one run reads at most. */
const daysKept = 7;
const mostPages = 400;

/**
 * Asks Notify what became of messages of which it told nothing. It calls back five times in 25 minutes and never
 * again, so an hour in which we were away would lose what came in it.
 */
@Injectable()
@HandlesJob(reconcileNotify)
export class ReconcileNotify implements JobHandler<Record<string, never>> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly settings: Settings,
    private readonly settlements: Settlements,
  ) {}

  @Cron(CronExpression.EVERY_6_HOURS)
  async ask(): Promise<void> {
    if (!this.settings.notify) return;
    await this.jobs.enqueueAlone(reconcileNotify, {}, { once: this.clock.now().toISOString().slice(0, 13) });
  }

  async handle(): Promise<void> {
    const { notify } = this.settings;
    if (!notify) return;
    const api = new NotifyApi(notify, () => Math.floor(this.clock.now().getTime() / 1000));
    const since = new Date(this.clock.now().getTime() - daysKept * 86_400_000);
    for (const [channel, kind] of [
      ['text', 'sms'],
      ['email', 'email'],
      ['post', 'letter'],
    ] as const) {
      if (!(await this.anyOpen(channel, since))) continue;
      let olderThan: string | undefined;
      for (let read = 0; read < mostPages; read++) {
        const messages = await api.page(kind, olderThan);
        if (messages.length === 0) break;
        for (const { reference, status, completed_at: completedAt } of messages) {
          if (!reference || !(await this.isOpen(reference))) continue;
          const at = completedAt ? new Date(completedAt) : this.clock.now();
          if (await takeFault(this.database, reference, status, at)) continue;
          const what = kindOf(status);
          if (what) await this.settlements.take({ deliveryId: reference, kind: what, at });
        }
        olderThan = messages.at(-1)!.id;
      }
    }
  }

  private async anyOpen(channel: string, since: Date): Promise<boolean> {
    const [row] = await this.database.query<{ any: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM delivery WHERE channel = $1 AND state = 'sent' AND sent_at > $2
                         AND provider_reference IS NOT NULL) AS any`,
      [channel, since],
    );
    return row!.any;
  }

  private async isOpen(deliveryId: string): Promise<boolean> {
    if (!isUuid(deliveryId)) return false;
    const [row] = await this.database.query<{ open: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM delivery WHERE id = $1 AND state = 'sent') AS open`,
      [deliveryId],
    );
    return row!.open;
  }
}
