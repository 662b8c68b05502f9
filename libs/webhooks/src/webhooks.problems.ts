import { Problem } from '@carers/kernel';

/** There is no endpoint, or delivery, of this id for this owner. */
export class WebhookNotFound extends Problem {
  readonly slug = 'webhook-not-found';
  readonly kind = 'not-found';
  readonly room = 'webhooks';
}

/** The owner has as many endpoints as one may have. */
export class TooManyWebhooks extends Problem {
  readonly slug = 'too-many-webhooks';
  readonly kind = 'conflict';
  readonly room = 'webhooks';

  constructor(most: number) {
    super({ most });
  }
}

/** The endpoint is off: a test would go nowhere. */
export class WebhookIsOff extends Problem {
  readonly slug = 'webhook-is-off';
  readonly kind = 'conflict';
  readonly room = 'webhooks';
}
