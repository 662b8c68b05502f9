export { HandlesJob, type JobHandler } from './handles-job.js';
export { JobName, type JobRules } from './job-name.js';
export { JobRunner } from './job-runner.js';
export { Jobs, type EnqueueOptions, type FailedJob } from './jobs.js';
export { JobsModule } from './jobs.module.js';
export { installQueue, Queue, type QueueRole } from './queue.js';
