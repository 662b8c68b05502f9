import { JobName } from '@carers/jobs';

/** Begins a bulletin whose time has come: its audience is frozen, its batches queued. */
export const startBulletin = new JobName<{ bulletinId: string; turn: number }>('bulletins.start', {
  retries: 8,
  expiresAfter: 600,
});

// The rows say who may send what: a job that runs twice finds nothing to do. One at a time, so that workers share them.
const batchRules = { retries: 3, expiresAfter: 3_600, together: 1 };

/** Sends the e-mails of one batch. */
export const sendEmails = new JobName<{ batchId: string }>('bulletins.send-emails', batchRules);

/** Sends the texts of one batch. */
export const sendTexts = new JobName<{ batchId: string }>('bulletins.send-texts', batchRules);

/** Hands the letters of one batch to Notify. */
export const sendLetters = new JobName<{ batchId: string }>('bulletins.send-letters', batchRules);

/** Gathers and prints the letters of one bulletin. */
export const printLetters = new JobName<{ runId: string }>('bulletins.print-letters', {
  retries: 5,
  expiresAfter: 3_600,
  together: 1,
});

/** Puts back what dead workers had claimed, asks again for batches that nobody was asked for, and ends what is done. */
export const tidyDeliveries = new JobName<Record<string, never>>('bulletins.tidy', { retries: 2 });

/** Asks Notify what became of messages that it told nothing of. */
export const reconcileNotify = new JobName<Record<string, never>>('bulletins.reconcile-notify', {
  retries: 2,
  expiresAfter: 1_800,
});
