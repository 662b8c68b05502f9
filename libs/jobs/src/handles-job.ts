import { DiscoveryService } from '@nestjs/core';
import type { JobName } from './job-name.js';

/** Does one kind of job. May run twice for the same job: it reads the present state first. */
export interface JobHandler<Data extends object> {
  handle(data: Data, job: { id: string }): Promise<void>;
}

export const HandlerOf = DiscoveryService.createDecorator<JobName<never>>();

/** Marks an injectable class as the handler of a job. */
export function HandlesJob<Data extends object>(job: JobName<Data>) {
  const mark = HandlerOf(job as unknown as JobName<never>);
  return <Class extends new (...args: never[]) => JobHandler<Data>>(target: Class): void => {
    mark(target);
  };
}
