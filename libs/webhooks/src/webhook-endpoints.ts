import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Chance, Clock, Ids, InvalidInput, isUuid } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { readEndpointUrl } from './endpoint-url.js';
import { sendWebhooks } from './job-names.js';
import { newSecret } from './signing.js';
import { WebhookEndpoint, type WebhookOwner } from './webhook-endpoint.entity.js';
import { Webhooks } from './webhooks.js';
import { TooManyWebhooks, WebhookIsOff, WebhookNotFound } from './webhooks.problems.js';

/** What an owner says of an endpoint. */
export interface EndpointDetails {
  url: string;
  eventTypes: string[];
}

/** The type of a test: endpoints get it whatever they asked for. */
export const testType = 'webhook.test';

/** Endpoints of one owner: made, changed, turned off and on, their secrets changed, tested. */
@Injectable()
export class WebhookEndpoints {
  private static readonly mostOfOwner = 5;
  /** How long the old secret signs beside the new one. */
  private static readonly rotationMs = 24 * 3_600_000;

  constructor(
    private readonly database: Database,
    private readonly webhooks: Webhooks,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
  ) {}

  /** Those of an owner, in the order they were made; 5 at most. */
  async of(owner: WebhookOwner): Promise<WebhookEndpoint[]> {
    return this.database.reader.find(WebhookEndpoint, {
      where: { ownerKind: owner.kind, ownerId: owner.id, deletedAt: IsNull() },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  /** @throws WebhookNotFound */
  async find(id: string): Promise<WebhookEndpoint> {
    const endpoint = isUuid(id)
      ? await this.database.reader.findOneBy(WebhookEndpoint, { id, deletedAt: IsNull() })
      : null;
    if (!endpoint) throw new WebhookNotFound();
    return endpoint;
  }

  /**
   * A new endpoint. Its secret is in the answer, to be shown this once.
   * @throws InvalidInput at `url`, TooManyWebhooks
   */
  async add(owner: WebhookOwner, details: EndpointDetails, actor: Actor): Promise<WebhookEndpoint> {
    const url = this.checked(details.url);
    return this.database.transaction(async (tx) => {
      // Two at once count one after the other.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`webhooks ${owner.kind} ${owner.id}`]);
      const present = await tx.countBy(WebhookEndpoint, {
        ownerKind: owner.kind,
        ownerId: owner.id,
        deletedAt: IsNull(),
      });
      if (present >= WebhookEndpoints.mostOfOwner) throw new TooManyWebhooks(WebhookEndpoints.mostOfOwner);
      const endpoint = tx.create(WebhookEndpoint, {
        id: this.ids.next(),
        ownerKind: owner.kind,
        ownerId: owner.id,
        url,
        eventTypes: details.eventTypes,
        secret: newSecret(this.chance),
        previousSecret: null,
        previousSecretUntil: null,
        offReason: null,
        failuresInRow: 0,
        restingUntil: null,
        createdBy: actor.id,
        createdAt: this.clock.now(),
        deletedAt: null,
      });
      await tx.insert(WebhookEndpoint, endpoint);
      await this.note(tx, endpoint, 'added', actor);
      return endpoint;
    });
  }

  /** Another address, or other types of event from now on. @throws InvalidInput at `url`, WebhookNotFound */
  async change(id: string, details: EndpointDetails, actor: Actor): Promise<void> {
    const url = this.checked(details.url);
    await this.changing(id, 'changed', actor, () => ({ url, eventTypes: details.eventTypes }));
  }

  /** Off: nothing is sent, what happens is kept. On: what waited goes out. @throws WebhookNotFound */
  async turn(id: string, on: boolean, actor: Actor): Promise<void> {
    await this.changing(id, on ? 'turned-on' : 'turned-off', actor, () =>
      on ? { offReason: null, failuresInRow: 0, restingUntil: null } : { offReason: 'turned_off' },
    );
  }

  /** A new secret, shown this once. The old one signs too for a day. @throws WebhookNotFound */
  async rotate(id: string, actor: Actor): Promise<string> {
    const secret = newSecret(this.chance);
    const until = new Date(this.clock.now().getTime() + WebhookEndpoints.rotationMs);
    await this.changing(id, 'secret-changed', actor, (endpoint) => ({
      secret,
      previousSecret: endpoint.secret,
      previousSecretUntil: until,
    }));
    return secret;
  }

  /** Ends the old secret before its day is over: it may have been seen. @throws WebhookNotFound */
  async endOldSecret(id: string, actor: Actor): Promise<void> {
    await this.changing(id, 'old-secret-ended', actor, () => ({ previousSecret: null, previousSecretUntil: null }));
  }

  /** Takes it away for good; what waited is not sent. @throws WebhookNotFound */
  async remove(id: string, actor: Actor): Promise<void> {
    await this.changing(id, 'removed', actor, () => ({ deletedAt: this.clock.now() }));
  }

  /** Sends one message of no meaning, signed like any other. @throws WebhookNotFound, WebhookIsOff */
  async test(id: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const endpoint = await this.locked(tx, id);
      if (endpoint.offReason) throw new WebhookIsOff();
      const owner = { kind: endpoint.ownerKind, id: endpoint.ownerId };
      await this.webhooks.write(tx, { owner, type: testType, data: { endpoint_id: id } }, [id]);
      await this.note(tx, endpoint, 'tested', actor);
    });
  }

  private async changing(
    id: string,
    what: string,
    actor: Actor,
    change: (endpoint: WebhookEndpoint) => Partial<WebhookEndpoint>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const endpoint = await this.locked(tx, id);
      Object.assign(endpoint, change(endpoint));
      await tx.save(endpoint);
      await this.note(tx, endpoint, what, actor);
      if (what === 'turned-on') await this.jobs.enqueue(tx, sendWebhooks, { because: 'turned on' });
    });
  }

  private async locked(tx: Tx, id: string): Promise<WebhookEndpoint> {
    const endpoint = isUuid(id)
      ? await tx.findOne(WebhookEndpoint, {
          where: { id, deletedAt: IsNull() },
          lock: { mode: 'pessimistic_write' },
        })
      : null;
    if (!endpoint) throw new WebhookNotFound();
    return endpoint;
  }

  private checked(typed: string): string {
    const read = readEndpointUrl(typed.trim(), { loopback: !this.settings.production });
    if ('url' in read) return read.url;
    throw new InvalidInput([{ field: 'url', message: `webhooks:errors.url-${read.fault}` }]);
  }

  private async note(tx: Tx, endpoint: WebhookEndpoint, what: string, actor: Actor): Promise<void> {
    await this.audit.record(tx, {
      action: `webhook.${what}`,
      subject: { kind: 'webhook-endpoint', id: endpoint.id },
      actor,
      // The path of an address may hold a key of the receiver's: its host is enough.
      details: {
        ownerKind: endpoint.ownerKind,
        ownerId: endpoint.ownerId,
        host: new URL(endpoint.url).host,
        eventTypes: endpoint.eventTypes,
      },
    });
  }
}
