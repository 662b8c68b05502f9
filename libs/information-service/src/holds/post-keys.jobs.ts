import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PostKeys } from './post-keys.js';

const fillPostKeys = new JobName<{ day: string }>('information-service.fill-post-keys', {
  expiresAfter: 900,
  retries: 3,
});

/**
 * After an update that brought the table, or a list that was put in by hand, hashes are missing: a worker that starts asks
 * for them, so that counts are right before the night. Once a day, whatever number of workers, however often they start.
 */
@Injectable()
export class PostKeySchedule implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly postKeys: PostKeys,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.postKeys.behind())) return;
    const day = this.clock.today();
    await this.jobs.enqueueAlone(fillPostKeys, { day }, { once: day });
  }
}

/** Works out hashes of postal addresses. Again changes nothing. */
@Injectable()
@HandlesJob(fillPostKeys)
export class FillPostKeys implements JobHandler<{ day: string }> {
  constructor(private readonly postKeys: PostKeys) {}

  async handle(): Promise<void> {
    await this.postKeys.refreshAll();
  }
}
