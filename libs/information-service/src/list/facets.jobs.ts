import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { PostKeys } from '../holds/post-keys.js';
import { SubscriberFacets } from './subscriber-facets.js';

const refreshFacets = new JobName<{ day: string }>('information-service.refresh-facets', {
  expiresAfter: 900,
  retries: 3,
});

/** Asks once a day, whatever number of workers. */
@Injectable()
export class FacetSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 20 0 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(refreshFacets, { day }, { once: day });
  }
}

/** Puts right what lists are filtered by, as people grow older. */
@Injectable()
@HandlesJob(refreshFacets)
export class RefreshFacets implements JobHandler<{ day: string }> {
  constructor(
    private readonly facets: SubscriberFacets,
    private readonly postKeys: PostKeys,
  ) {}

  async handle(): Promise<void> {
    await this.facets.refreshAll();
    await this.postKeys.refreshAll();
  }
}
