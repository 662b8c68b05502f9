import { JobName } from '@carers/jobs';

/** A whole list is read in one job; when its worker dies, another begins again. */
export const checkImport = new JobName<{ importId: string }>('information-service.check-import', {
  retries: 5,
  expiresAfter: 900,
});
/** Goes on where it stopped: what a row causes commits with the row. */
export const runImport = new JobName<{ importId: string }>('information-service.run-import', {
  retries: 10,
  expiresAfter: 900,
});
