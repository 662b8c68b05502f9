import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { OnlyOnce } from '../only-once.js';
import { checkImport, runImport } from './imports.job-names.js';
import { ImportRetention } from './import-retention.js';
import { ImportCheck } from './import-check.js';
import { ImportRun } from './import-run.js';

@Injectable()
@HandlesJob(checkImport)
export class CheckImport implements JobHandler<{ importId: string }> {
  constructor(private readonly check: ImportCheck) {}

  async handle({ importId }: { importId: string }): Promise<void> {
    await this.check.run(importId);
  }
}

@Injectable()
@HandlesJob(runImport)
export class RunImport implements JobHandler<{ importId: string }> {
  constructor(private readonly imports: ImportRun) {}

  async handle({ importId }: { importId: string }): Promise<void> {
    await this.imports.run(importId);
  }
}

const forget = new JobName<object>('information-service.forget-imports');

/** What stood in imported files, and keys of old requests, are deleted when their time is over. */
@Injectable()
@HandlesJob(forget)
export class ForgetImports implements JobHandler<object> {
  constructor(
    private readonly retention: ImportRetention,
    private readonly once: OnlyOnce,
  ) {}

  async handle(): Promise<void> {
    await this.retention.erase();
    await this.once.forgetOld();
  }
}

@Injectable()
export class ImportsSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('25 3 * * *', { timeZone: 'Europe/London' })
  async nightly(): Promise<void> {
    await this.jobs.enqueueAlone(forget, {}, { once: this.clock.today() });
  }
}
