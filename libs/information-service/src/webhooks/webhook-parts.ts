import { GivenUpSchedule, TellOfGivenUp } from './given-up.jobs.js';
import { OwnWebhooks } from './own-webhooks.js';
import { SubscriberWebhooks } from './subscriber-webhooks.js';
import { WebhookActionPages } from './webhook-actions.pages.js';
import { WebhookPages } from './webhook.pages.js';

/** What tells other systems of the list, for the modules of this lib. */
export const webhookParts = {
  providers: [SubscriberWebhooks],
  pages: [WebhookPages, WebhookActionPages],
  pageProviders: [OwnWebhooks],
  jobs: [GivenUpSchedule, TellOfGivenUp],
};
