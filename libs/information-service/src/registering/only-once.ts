import { createHash } from 'node:crypto';
import { Database, keyedHash, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { RegistrationKeyUsed } from '../information-service.problems.js';
import { RegistrationRequest } from './registration-request.entity.js';

/** How long a repeated request is known again, in days: longer than any system goes on trying. */
const keptFor = 7;

/** Makes that what is sent twice registers once: a double click, a page sent again, a system that heard no answer. */
@Injectable()
export class OnlyOnce {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Does the work, or gives what it gave the first time. Of two at the same moment the second waits for the first.
   * @param key what the sender gave to know it by
   * @param body what was sent: the same key with another body is a fault of the sender
   * @param work gives the id of the subscriber
   * @throws RegistrationKeyUsed
   */
  async run(
    tx: Tx,
    { door, key, body }: { door: string; key: string; body: unknown },
    work: () => Promise<string>,
  ): Promise<{ subscriberId: string; isNew: boolean }> {
    const keyHash = keyedHash(key, 'idempotency-key');
    const requestHash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const inserted = await tx.query<unknown[]>(
      `INSERT INTO registration_request (door, key_hash, request_hash, at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING door`,
      [door, keyHash, requestHash, this.clock.now()],
    );
    if (inserted.length === 0) {
      const before = await tx.findOneByOrFail(RegistrationRequest, { door, keyHash });
      if (before.requestHash !== requestHash) throw new RegistrationKeyUsed();
      return { subscriberId: before.subscriberId!, isNew: false };
    }
    const subscriberId = await work();
    await tx.update(RegistrationRequest, { door, keyHash }, { subscriberId });
    return { subscriberId, isNew: true };
  }

  /** Deletes what is old; how many they were. */
  async forgetOld(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - keptFor * 86_400_000);
    const gone = await this.database.transaction((tx) => tx.delete(RegistrationRequest, { at: LessThan(before) }));
    return gone.affected ?? 0;
  }
}
