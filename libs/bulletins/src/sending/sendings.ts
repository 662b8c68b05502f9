import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { BulletinContents } from '../writing/bulletin-contents.js';
import { Bulletin } from '../writing/bulletin.entity.js';
import { Audience } from './audience.js';
import { after, type BulletinMove } from './bulletin-moves.js';
import { type BulletinRow, lockedBulletin, readBulletin } from './bulletin-row.js';
import { Batches, holdCancelled } from './engine/batches.js';
import type { Officer } from './officer.js';
import { PrintRuns } from './print/print-runs.js';
import { BulletinSending } from './sending.entities.js';
import { startBulletin } from './sending.jobs.js';
import { BulletinToSendNotFound, NobodyToSendTo, SecondOfficerIsTheFirst } from './sending.problems.js';

/** What officers do with a bulletin that is written: say yes to it, plan it, stop it. Each is one move, written down. */
@Injectable()
export class Sendings {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly schemes: SchemeService,
    private readonly contents: BulletinContents,
    private readonly audience: Audience,
    private readonly batches: Batches,
    private readonly prints: PrintRuns,
  ) {}

  /** A bulletin of a service that somebody works for. @throws BulletinToSendNotFound for those of others too */
  async one(id: string, officer: Officer): Promise<BulletinRow> {
    const bulletin = await readBulletin(this.database, id);
    covered(bulletin, officer);
    return bulletin;
  }

  /** Who said yes to it and when it goes; null before that. */
  async planOf(bulletinId: string): Promise<BulletinSending | null> {
    return this.database.reader.findOneBy(BulletinSending, { bulletinId });
  }

  /**
   * The first officer's yes: the words are fixed, and it is planned, or waits for a second officer.
   * @param startsAt null for at once
   * @throws BulletinHasMovedOn, AudienceNotChosen, NobodyToSendTo, CompositionFaults
   */
  async confirm(id: string, startsAt: Date | null, officer: Officer): Promise<'scheduled' | 'awaiting_second'> {
    const { fourEyesOver } = (await this.schemes.policyOn()).bulletins;
    const counted = await this.audience.count(await this.one(id, officer));
    const people = Object.values(counted.byChannel).reduce((sum, each) => sum + each, 0);
    if (people === 0) throw new NobodyToSendTo();
    return this.database.transaction(async (tx) => {
      const needsSecond = people > fourEyesOver;
      const state = await this.move(
        tx,
        id,
        needsSecond ? 'confirm_for_second' : 'confirm',
        officer,
        { people },
        async () => {
          await this.contents.freeze(tx, await tx.findOneByOrFail(Bulletin, { id }));
          const before = await tx.findOneBy(BulletinSending, { bulletinId: id });
          const now = this.clock.now();
          const plan: BulletinSending = {
            bulletinId: id,
            turn: (before?.turn ?? 0) + 1,
            confirmedBy: officer.accountId,
            confirmedAt: now,
            people,
            needsSecond,
            approvedBy: null,
            approvedAt: null,
            startsAt: startsAt && startsAt > now ? startsAt : now,
            startedAt: null,
            endedAt: null,
          };
          await tx.save(BulletinSending, plan);
          if (!needsSecond) await this.plan(tx, plan);
        },
      );
      return state as 'scheduled' | 'awaiting_second';
    });
  }

  /** The second officer's yes. @throws BulletinHasMovedOn, SecondOfficerIsTheFirst */
  async approve(id: string, officer: Officer): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.move(tx, id, 'approve', officer, {}, async () => {
        const plan = await tx.findOneByOrFail(BulletinSending, { bulletinId: id });
        if (plan.confirmedBy === officer.accountId) throw new SecondOfficerIsTheFirst();
        const now = this.clock.now();
        plan.turn += 1;
        plan.approvedBy = officer.accountId;
        plan.approvedAt = now;
        if (plan.startsAt < now) plan.startsAt = now;
        await tx.save(BulletinSending, plan);
        await this.plan(tx, plan);
      });
    });
  }

  /** Back to be written, by either officer. @throws BulletinHasMovedOn */
  async sendBack(id: string, reason: string, officer: Officer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const bulletin = await tx.findOneByOrFail(Bulletin, { id: (await this.locked(tx, id, officer)).id });
      after('send_back', bulletin.state);
      await this.contents.thaw(tx, bulletin);
      await this.tell(tx, id, 'send_back', officer, {}, reason);
    });
  }

  /** @throws BulletinHasMovedOn */
  async pause(id: string, officer: Officer): Promise<void> {
    await this.database.transaction((tx) => this.move(tx, id, 'pause', officer));
  }

  /** @throws BulletinHasMovedOn */
  async resume(id: string, officer: Officer): Promise<void> {
    await this.database.transaction((tx) =>
      this.move(tx, id, 'resume', officer, {}, async () => {
        await this.batches.ask(tx, id);
        await this.prints.ask(tx, id);
      }),
    );
  }

  /** Nothing more goes out; what is with a provider cannot be called back. @throws BulletinHasMovedOn */
  async cancel(id: string, reason: string, officer: Officer): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.move(
        tx,
        id,
        'cancel',
        officer,
        {},
        async () => {
          await holdCancelled(tx, id);
          await tx.query(`UPDATE bulletin_sending SET ended_at = $2 WHERE bulletin_id = $1`, [id, this.clock.now()]);
        },
        reason,
      );
    });
  }

  /** Another try for batches that gave up. Gives how many there were. */
  async retryFailed(id: string, officer: Officer): Promise<number> {
    return this.database.transaction(async (tx) => {
      await this.locked(tx, id, officer);
      const [, count] = (await tx.query(
        `UPDATE delivery_batch SET state = 'waiting', tries = 0, error = NULL, due_at = $2
          WHERE bulletin_id = $1 AND state = 'failed'`,
        [id, this.clock.now()],
      )) as [unknown, number];
      if (count === 0) return 0;
      await this.batches.ask(tx, id);
      await this.tell(tx, id, 'retry', officer, { batches: count });
      return count;
    });
  }

  private async move(
    tx: Tx,
    id: string,
    move: BulletinMove,
    officer: Officer,
    details: Record<string, unknown> = {},
    work: () => Promise<void> = () => Promise.resolve(),
    reason?: string,
  ): Promise<BulletinRow['state']> {
    const bulletin = await this.locked(tx, id, officer);
    const to = after(move, bulletin.state);
    await work();
    await tx.query('UPDATE bulletin SET state = $2 WHERE id = $1', [id, to]);
    await this.tell(tx, id, move, officer, details, reason);
    return to;
  }

  private async locked(tx: Tx, id: string, officer: Officer): Promise<BulletinRow> {
    const bulletin = await lockedBulletin(tx, id);
    covered(bulletin, officer);
    return bulletin;
  }

  private async plan(tx: Tx, { bulletinId, turn, startsAt }: BulletinSending): Promise<void> {
    await this.jobs.enqueue(
      tx,
      startBulletin,
      { bulletinId, turn },
      { once: `${bulletinId} ${turn}`, ...(startsAt > this.clock.now() ? { startAfter: startsAt } : {}) },
    );
  }

  private async tell(
    tx: Tx,
    id: string,
    move: BulletinMove | 'retry',
    officer: Officer,
    details: Record<string, unknown> = {},
    reason?: string,
  ): Promise<void> {
    await this.audit.record(tx, {
      action: `bulletin.${move}`,
      subject: { kind: 'bulletin', id },
      actor: officer.actor,
      details,
      ...(reason ? { reason } : {}),
    });
  }
}

function covered(bulletin: BulletinRow, { scope }: Officer): void {
  if (scope !== null && !scope.includes(bulletin.carersServiceId)) throw new BulletinToSendNotFound();
}
