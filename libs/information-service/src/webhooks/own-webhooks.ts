import type { Who } from '@carers/access';
import { type WebhookEndpoint, WebhookEndpoints, WebhookNotFound } from '@carers/webhooks';
import { Injectable } from '@nestjs/common';
import { scopeOf } from '../officer-scope.js';

/** Webhooks of the carers services that somebody may see; others do not exist for them. */
@Injectable()
export class OwnWebhooks {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  /** @throws WebhookNotFound */
  async find(id: string, who: Who): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.find(id);
    const scope = scopeOf(who);
    const seen = endpoint.ownerKind === 'carers_service' && (scope === null || scope.includes(endpoint.ownerId));
    if (!seen) throw new WebhookNotFound();
    return endpoint;
  }
}
