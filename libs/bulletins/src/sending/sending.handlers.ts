import { HandlesJob, type JobHandler } from '@carers/jobs';
import { Injectable } from '@nestjs/common';
import { BatchRunner } from './engine/batch-runner.js';
import { sendEmails, sendLetters, sendTexts, startBulletin } from './sending.jobs.js';
import { Starts } from './starts.js';

@Injectable()
@HandlesJob(startBulletin)
export class StartBulletinHandler implements JobHandler<{ bulletinId: string; turn: number }> {
  constructor(private readonly starts: Starts) {}

  async handle({ bulletinId, turn }: { bulletinId: string; turn: number }): Promise<void> {
    await this.starts.start(bulletinId, turn);
  }
}

@Injectable()
@HandlesJob(sendEmails)
export class SendEmailsHandler implements JobHandler<{ batchId: string }> {
  constructor(private readonly batches: BatchRunner) {}

  async handle({ batchId }: { batchId: string }): Promise<void> {
    await this.batches.run(batchId);
  }
}

@Injectable()
@HandlesJob(sendTexts)
export class SendTextsHandler implements JobHandler<{ batchId: string }> {
  constructor(private readonly batches: BatchRunner) {}

  async handle({ batchId }: { batchId: string }): Promise<void> {
    await this.batches.run(batchId);
  }
}

@Injectable()
@HandlesJob(sendLetters)
export class SendLettersHandler implements JobHandler<{ batchId: string }> {
  constructor(private readonly batches: BatchRunner) {}

  async handle({ batchId }: { batchId: string }): Promise<void> {
    await this.batches.run(batchId);
  }
}
