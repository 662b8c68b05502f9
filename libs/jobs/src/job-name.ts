const names = new Map<string, JobName<never>>();

/** How long a job may take and how often it is tried. */
export interface JobRules {
  /** Tries after the first, before the job counts as failed and staff see it. */
  retries?: number;
  /** Seconds after which a job whose worker died may be tried by another. */
  expiresAfter?: number;
  /** Jobs that a worker takes at a time (20): few where each is long, so that several workers share them. */
  together?: number;
}

/** A kind of work, with the shape of what it is told: ids, never copies of rows and never personal data. */
export class JobName<Data extends object> {
  /** Makes the compiler tell jobs with different data apart. */
  declare readonly data: Data;

  /** @param queue the name in the queue, as `lib.what-to-do` */
  constructor(
    readonly queue: string,
    readonly rules: JobRules = {},
  ) {
    if (names.has(queue)) throw new Error(`The job name ${queue} is taken.`);
    names.set(queue, this as unknown as JobName<never>);
  }
}

/** Every job name of the libs that are loaded. */
export function knownJobs(): JobName<never>[] {
  return [...names.values()];
}
