import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { addDays, Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { EvidenceFiles } from './evidence-files.js';
import { scanHeld } from './held-files.job.js';

const forgetEvidence = new JobName<{ day: string }>('evidence.forget', { expiresAfter: 900 });
const batch = 100;

/** Has held files scanned when the scanner is back. */
@Injectable()
@HandlesJob(scanHeld)
export class ScanHeldFile implements JobHandler<{ fileId: string }> {
  constructor(private readonly files: EvidenceFiles) {}

  async handle({ fileId }: { fileId: string }): Promise<void> {
    await this.files.scanAgain(fileId);
  }
}

/** Asks every night; any number of workers ask once. */
@Injectable()
export class EvidenceSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 50 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(forgetEvidence, { day }, { once: day });
  }
}

/**
 * Deletes what files held `retention.evidence` days after what they were for came to its end. The rows stay: that there
 * was a document, of which kind and when. Held files whose job was lost are asked about again.
 */
@Injectable()
@HandlesJob(forgetEvidence)
export class ForgetEvidence implements JobHandler<{ day: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
    private readonly files: EvidenceFiles,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
  ) {}

  async handle(): Promise<void> {
    const today = this.clock.today();
    const { retention } = await this.scheme.policyOn(today);
    let erased = 0;
    for (let done = batch; done === batch; erased += done)
      done = await this.eraseSome(addDays(today, -retention.evidence));
    await this.askAboutHeld(today);
    if (erased === 0) return;
    await this.audit.note({
      action: 'evidence.forgotten',
      subject: { kind: 'scheme', id: 'evidence' },
      actor: { kind: 'system', id: forgetEvidence.queue },
      details: { erased },
    });
  }

  /** Each batch is a transaction of its own, so that a worker that dies has lost nothing but one. */
  private async eraseSome(endedBefore: string): Promise<number> {
    return this.database.transaction(async (tx) => {
      const due: { id: string }[] = await tx.query(
        `SELECT id FROM evidence_file WHERE ended_on <= $1 AND state <> 'erased'
          ORDER BY ended_on, id LIMIT ${batch} FOR UPDATE SKIP LOCKED`,
        [endedBefore],
      );
      if (due.length > 0)
        await this.files.empty(
          tx,
          due.map(({ id }) => id),
          'retention',
        );
      return due.length;
    });
  }

  private async askAboutHeld(day: string): Promise<void> {
    const held = await this.database.query<{ id: string }>(
      `SELECT id FROM evidence_file WHERE state = 'held' ORDER BY kept_at LIMIT 1000`,
    );
    for (const { id } of held) await this.jobs.enqueueAlone(scanHeld, { fileId: id }, { once: `${id}:${day}` });
  }
}
