import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DueQueues } from './due-queues.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { Queue, QUEUE_ROLE, type QueueRole } from './queue.js';

/** The queue. `asks` in processes that only enqueue, `works` where jobs are done. */
@Global()
@Module({})
export class JobsModule {
  static for(role: QueueRole): DynamicModule {
    return {
      module: JobsModule,
      imports: [DiscoveryModule],
      providers: [{ provide: QUEUE_ROLE, useValue: role }, Queue, Jobs, DueQueues, JobRunner],
      exports: [Jobs, JobRunner, Queue],
    };
  }
}
