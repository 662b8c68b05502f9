import { Audit } from '@carers/audit';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { TillKeys } from '../till-keys.js';
import { Unlinking } from './unlinking.js';

const unlinkUses = new JobName<{ day: string }>('till.unlink-uses', { expiresAfter: 3_600 });

/** Asks every night; any number of workers ask once. */
@Injectable()
export class UnlinkingSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 30 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(unlinkUses, { day }, { once: day });
  }
}

/** Unlinks what is due, forgets keys of tills that ended long ago, and says in the audit trail how much it was: an operator can show that it runs. */
@Injectable()
@HandlesJob(unlinkUses)
export class UnlinkUses implements JobHandler<{ day: string }> {
  constructor(
    private readonly unlinking: Unlinking,
    private readonly keys: TillKeys,
    private readonly audit: Audit,
  ) {}

  async handle(): Promise<void> {
    const unlinked = await this.unlinking.run();
    const keys = await this.keys.forgetEnded();
    await this.audit.note({
      action: 'uses.unlinked',
      subject: { kind: 'scheme', id: 'till' },
      actor: { kind: 'system', id: unlinkUses.queue },
      details: { ...unlinked, keys },
    });
  }
}
