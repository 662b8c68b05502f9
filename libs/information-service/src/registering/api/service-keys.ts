import { hash } from 'node:crypto';
import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Chance, Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { OfficerScope } from '../../officer-scope.js';
import { ServiceKey, type ServiceScope, ServiceSecret } from './service-key.entity.js';
import { ServiceKeyNotForThis, ServiceKeyNotFound, ServiceKeyRefused } from './service-keys.problems.js';

/** What a secret begins with, so that one that leaked is recognised for what it is. */
const prefix = 'csk_';

/** How long two secrets of a key may work side by side, in hours. */
export const overlaps = [0, 24, 168] as const;

/** A key as its page shows it. */
export interface KeyLine {
  key: ServiceKey;
  lastUsedAt: Date | null;
  /** Until when the secret before the present one works; null without one. */
  oldEndsAt: Date | null;
}

/** Keys by which the systems of a carers service work on its list, stored and rotated as the keys of tills are. */
@Injectable()
export class ServiceKeys {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ids: Ids,
    private readonly audit: Audit,
  ) {}

  /**
   * The key of a request.
   * @param authorization the header, `Bearer csk_…`
   * @throws ServiceKeyRefused, ServiceKeyNotForThis
   */
  async of(authorization: string | undefined, scope: ServiceScope): Promise<ServiceKey> {
    const secret = /^Bearer (csk_[A-Za-z0-9_-]{20,64})$/i.exec(authorization ?? '')?.[1];
    if (!secret) throw new ServiceKeyRefused();
    const keyHash = hash('sha256', secret);
    const now = this.clock.now();
    const key = await this.database.reader
      .createQueryBuilder(ServiceKey, 'key')
      .innerJoin(ServiceSecret, 'secret', 'secret.serviceKeyId = key.id')
      .where('secret.keyHash = :keyHash AND (secret.endsAt IS NULL OR secret.endsAt > :now)', { keyHash, now })
      .andWhere('key.revokedAt IS NULL')
      .getOne();
    if (!key) throw new ServiceKeyRefused();
    await this.database.query(
      `UPDATE service_secret SET last_used_at = $2
        WHERE key_hash = $1 AND coalesce(last_used_at < $2::timestamptz - interval '1 minute', true)`,
      [keyHash, now],
    );
    if (!key.scopes.includes(scope)) throw new ServiceKeyNotForThis();
    return key;
  }

  /** The keys of some services, the newest first. */
  async list(scope: OfficerScope): Promise<KeyLine[]> {
    const keys = await this.database.reader.find(ServiceKey, {
      ...(scope && { where: { carersServiceId: In([...scope]) } }),
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 100,
    });
    const secrets = await this.database.reader.findBy(ServiceSecret, { serviceKeyId: In(keys.map(({ id }) => id)) });
    const now = this.clock.now();
    return keys.map((key) => {
      const own = secrets.filter(({ serviceKeyId }) => serviceKeyId === key.id);
      const used = own.flatMap(({ lastUsedAt }) => lastUsedAt ?? []);
      const ending = own.flatMap(({ endsAt }) => (endsAt && endsAt > now ? endsAt : []));
      return { key, lastUsedAt: latest(used), oldEndsAt: latest(ending) };
    });
  }

  /** Makes a key. The secret that comes back is shown once. */
  async make(
    { carersServiceId, name, scopes }: Pick<ServiceKey, 'carersServiceId' | 'name' | 'scopes'>,
    actor: Actor,
  ): Promise<{ id: string; secret: string }> {
    const id = this.ids.next();
    return this.database.transaction(async (tx) => {
      const createdAt = this.clock.now();
      await tx.insert(ServiceKey, { id, carersServiceId, name, scopes, createdAt, revokedAt: null });
      await this.note(tx, 'made', id, actor, { scopes });
      return { id, secret: await this.addSecret(tx, id) };
    });
  }

  /**
   * Gives a key a new secret; the one before works for the overlap, so that the system can be changed over.
   * @throws ServiceKeyNotFound
   */
  async rotate(id: string, scope: OfficerScope, overlapHours: (typeof overlaps)[number], actor: Actor) {
    return this.database.transaction(async (tx) => {
      await this.locked(tx, id, scope);
      const oldEndsAt = new Date(this.clock.now().getTime() + overlapHours * 3_600_000);
      await tx.query(`UPDATE service_secret SET ends_at = least(ends_at, $2) WHERE service_key_id = $1`, [
        id,
        oldEndsAt,
      ]);
      await this.note(tx, 'rotated', id, actor, { overlapHours });
      return { secret: await this.addSecret(tx, id), oldEndsAt };
    });
  }

  /** Ends a key at once. @throws ServiceKeyNotFound */
  async revoke(id: string, scope: OfficerScope, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.locked(tx, id, scope);
      await tx.update(ServiceKey, { id }, { revokedAt: this.clock.now() });
      await this.note(tx, 'revoked', id, actor);
    });
  }

  private async addSecret(tx: Tx, serviceKeyId: string): Promise<string> {
    const secret = `${prefix}${this.chance.token()}`;
    const row = { keyHash: hash('sha256', secret), serviceKeyId, createdAt: this.clock.now() };
    await tx.insert(ServiceSecret, { ...row, endsAt: null, lastUsedAt: null });
    return secret;
  }

  private async locked(tx: Tx, id: string, scope: OfficerScope): Promise<ServiceKey> {
    const key = await tx.findOne(ServiceKey, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!key || key.revokedAt || (scope && !scope.includes(key.carersServiceId))) throw new ServiceKeyNotFound();
    return key;
  }

  private async note(tx: Tx, fact: string, id: string, actor: Actor, details: Record<string, unknown> = {}) {
    const subject = { kind: 'service-key', id };
    await this.audit.record(tx, { action: `service-key.${fact}`, subject, actor, details });
  }
}

function latest(times: readonly Date[]): Date | null {
  return times.length ? times.reduce((one, other) => (one > other ? one : other)) : null;
}
