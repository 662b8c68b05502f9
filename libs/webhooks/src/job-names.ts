import { JobName } from '@carers/jobs';

/** Something may be due. What is, stands in the deliveries: a job that is lost or comes twice changes nothing. */
export const sendWebhooks = new JobName<{ because: string }>('webhooks.send', { expiresAfter: 300, retries: 2 });
