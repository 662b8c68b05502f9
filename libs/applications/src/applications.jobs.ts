import { JobName } from '@carers/jobs';

/** Deletes drafts that nobody came back to, and declined or withdrawn applications after their retention. */
export const deleteExpired = new JobName<Record<string, never>>('applications.delete-expired');
