import { Cardholder, PersonErasure } from '@carers/cards';
import { keyedHash, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HandOver } from './hand-over.entity.js';

/**
 * Who signed up by themselves may wait in the queue of hand-overs still, known by their telephone or e-mail: forgotten with
 * them, and called by nobody. The rows stay as counts.
 */
@Injectable()
export class HandOverErasure implements OnModuleInit {
  constructor(
    private readonly erasure: PersonErasure,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
      const { email, mobile } = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
      const theirs = await this.of(tx, email, mobile && keyedHash(mobile, 'hand-over-phone'));
      const at = this.clock.now();
      for (const handOver of theirs) {
        handOver.lapse('person-erased', at);
        await tx.save(handOver);
      }
      return theirs.map(({ id }) => id);
    });
  }

  /** Of weeks, not of years: what is older was forgotten. */
  private async of(tx: Tx, email: string | null, phoneHash: string | null): Promise<HandOver[]> {
    const lock = { mode: 'pessimistic_write' } as const;
    const kept = await tx
      .createQueryBuilder(HandOver, 'handOver')
      .where('handOver.forgottenAt IS NULL AND (handOver.phoneHash = :phoneHash OR handOver.email IS NOT NULL)', {
        phoneHash,
      })
      .select(['handOver.id', 'handOver.phoneHash', 'handOver.email'])
      .getMany();
    const ids = kept
      .filter((each) => each.phoneHash === phoneHash || (email !== null && each.email === email))
      .map(({ id }) => id);
    const found: HandOver[] = [];
    for (const id of ids) {
      const handOver = await tx.findOne(HandOver, { where: { id }, lock });
      if (handOver && !handOver.forgottenAt) found.push(handOver);
    }
    return found;
  }
}
