import { JobName } from '@carers/jobs';

/** Sends one queued message. */
export const sendMessage = new JobName<{ messageId: string }>('messages.send', { retries: 8, expiresAfter: 120 });
