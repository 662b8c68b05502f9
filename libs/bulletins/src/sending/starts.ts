import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, Ids } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Audience } from './audience.js';
import { type BulletinMove, after } from './bulletin-moves.js';
import { type BulletinRow, lockedBulletin } from './bulletin-row.js';
import { Batches } from './engine/batches.js';
import { ProviderStates } from './provider-states.js';
import { BulletinSending, PrintRun } from './sending.entities.js';
import { printLetters } from './sending.jobs.js';
import { SendingEnds } from './sending-ends.js';

/** Begins to send a bulletin when its time has come. */
@Injectable()
export class Starts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly schemes: SchemeService,
    private readonly audience: Audience,
    private readonly batches: Batches,
    private readonly ends: SendingEnds,
    private readonly providers: ProviderStates,
  ) {}

  /**
   * Freezes who gets it and queues the batches, all or nothing. Does nothing when it was started, sent back or
   * cancelled meanwhile. Where the audience has grown beyond what one officer may decide, it waits for a second.
   */
  async start(bulletinId: string, turn: number): Promise<void> {
    const { fourEyesOver } = (await this.schemes.policyOn()).bulletins;
    const tooMany = new AudienceGrew();
    try {
      const started = await this.database.transaction(async (tx) => {
        const due = await this.due(tx, bulletinId, turn);
        if (!due) return false;
        const people = await this.audience.freeze(tx, due.bulletin);
        if (people > fourEyesOver && due.sending.approvedBy === null) throw tooMany;
        await this.queue(tx, due.bulletin);
        await tx.update(BulletinSending, { bulletinId }, { startedAt: this.clock.now(), people });
        await this.moved(tx, due.bulletin, 'start', { people });
        return true;
      });
      if (started) await this.ends.endIfDone(bulletinId);
    } catch (error) {
      if (error !== tooMany) throw error;
      await this.database.transaction(async (tx) => {
        const due = await this.due(tx, bulletinId, turn);
        if (!due) return;
        await tx.update(BulletinSending, { bulletinId }, { needsSecond: true });
        await this.moved(tx, due.bulletin, 'need_second');
      });
    }
  }

  private async due(
    tx: Tx,
    bulletinId: string,
    turn: number,
  ): Promise<{ bulletin: BulletinRow; sending: BulletinSending } | null> {
    const bulletin = await lockedBulletin(tx, bulletinId);
    const sending = await tx.findOneBy(BulletinSending, { bulletinId });
    return bulletin.state === 'scheduled' && sending?.turn === turn && sending.startsAt <= this.clock.now()
      ? { bulletin, sending }
      : null;
  }

  private async queue(tx: Tx, { id }: BulletinRow): Promise<void> {
    await this.batches.ask(tx, id);
    if (!this.providers.printsLetters) return;
    const [post] = (await tx.query(
      `SELECT coalesce(sum(people), 0)::int AS letters FROM delivery_batch WHERE bulletin_id = $1 AND channel = 'post'`,
      [id],
    )) as { letters: number }[];
    if (post!.letters === 0) return;
    const runId = this.ids.next();
    await tx.insert(PrintRun, {
      id: runId,
      bulletinId: id,
      state: 'gathering',
      printedAsOf: this.clock.now(),
      letters: 0,
    });
    await this.jobs.enqueue(tx, printLetters, { runId }, { once: runId });
  }

  private async moved(tx: Tx, { id, state }: BulletinRow, move: BulletinMove, details = {}): Promise<void> {
    await tx.query('UPDATE bulletin SET state = $2 WHERE id = $1', [id, after(move, state)]);
    await this.audit.record(tx, {
      action: `bulletin.${move}`,
      subject: { kind: 'bulletin', id },
      actor: { kind: 'system', id: 'bulletins' },
      details,
    });
  }
}

class AudienceGrew extends Error {
  override name = 'AudienceGrew';
}
