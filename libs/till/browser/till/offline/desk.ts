import { type CheckAnswer, NoConnection, type OfferLine, patience, Refused, type Scan } from '../service.js';
import type { TillService, UndoReason, Used } from '../service.js';
import { type LoneTill, NotUsable } from './lone-till.js';

/** Who answered: the server, this till alone, or nobody, for practice. */
export type How = 'server' | 'alone' | 'practice';

/** A use that can be taken back. */
export interface LastUse {
  how: How;
  /** The server's id; null where this till keeps it. */
  id: string | null;
  scan: Scan;
  offerId: string;
  /** When, by the device's own clock, in milliseconds since 1970. */
  at: number;
}

/** How long the server may take where this till can answer too, in milliseconds; longer for what only it can know. */
const short = 2_000;
const longer = 6_000;
/** After the server did not answer, this till does so at once for this long, in milliseconds. */
const awayFor = 20_000;

/** Asks the server while it answers soon, else this till: whoever is served notices no difference. */
export class Desk {
  private awayUntil = -Infinity;
  /** The scan for which the server was last asked to record a use: it may have, although no answer came. */
  private askedFor: string | null = null;
  /** Practice: nothing is asked of anybody, and nothing recorded. */
  training = false;

  /** @param lostTouch told when the server did not answer and this till did */
  constructor(
    private readonly service: TillService,
    private readonly alone: LoneTill,
    private readonly time: () => number,
    private readonly lostTouch: () => void,
  ) {}

  /** The server was heard of. */
  touched(): void {
    this.awayUntil = -Infinity;
  }

  get isAway(): boolean {
    return this.time() < this.awayUntil;
  }

  /** @throws NoConnection, KeyRefused, Refused */
  async check(scan: Scan): Promise<{ answer: CheckAnswer; how: How }> {
    if (this.training) {
      if (!this.alone.isReady) throw new NoConnection();
      return { answer: await this.alone.check(scan, true), how: 'practice' };
    }
    return this.first<{ answer: CheckAnswer; how: How }>(
      async () => ({ answer: await this.service.check(scan, this.wait(!scan.scanned)), how: 'server' }),
      async () => ({ answer: await this.alone.check(scan), how: 'alone' }),
    );
  }

  /** @throws NoConnection, KeyRefused, Refused with the reason why it cannot be used */
  async use(scan: Scan, checked: How, offer: OfferLine, pence: number | null): Promise<{ used: Used; how: How }> {
    if (checked === 'practice')
      return { used: await this.byRules(this.alone.pretend(scan, offer.id, pence)), how: checked };
    const keep = async () => ({
      used: await this.byRules(this.alone.use(scan, offer.id, pence, this.askedFor === scan.id)),
      how: 'alone' as const,
    });
    // The server knows nothing yet of a check that it did not make.
    if (checked === 'alone') return keep();
    return this.first<{ used: Used; how: How }>(async () => {
      this.askedFor = scan.id;
      const used = await this.service.use(scan.id, offer.id, pence, this.wait(false));
      await this.alone.noteUse(scan, offer.id, 1);
      return { used, how: 'server' };
    }, keep);
  }

  /** @throws NoConnection, KeyRefused, Refused when it is too late */
  async undo(use: LastUse, reason: UndoReason): Promise<void> {
    if (use.how === 'practice') return;
    if (use.how === 'server') return this.undoThere(use, use.id!, reason);
    const done = await this.alone.undo(use.scan.id, use.offerId, reason);
    if (done.how === 'too-late') throw new Refused(409, {});
    if (done.how === 'sent') await this.undoThere(use, done.redemptionId, reason);
  }

  /** At the server, or, where it cannot be reached, kept here until it can: it was taken back in time either way. */
  private async undoThere({ scan, offerId, at }: LastUse, id: string, reason: UndoReason): Promise<void> {
    const done = await this.first<'there' | 'owed'>(
      async () => {
        await this.service.undo(id, reason, this.wait(false));
        return 'there';
      },
      async () => {
        if (await this.alone.owe(scan, offerId, id, at, reason)) return 'owed';
        throw new Refused(409, {});
      },
    );
    if (done === 'there') await this.alone.noteUse(scan, offerId, -1);
  }

  private wait(onlyTheServerKnows: boolean): number {
    if (!this.alone.isFresh) return patience;
    return onlyTheServerKnows ? longer : short;
  }

  private async first<Answer>(server: () => Promise<Answer>, alone: () => Promise<Answer>): Promise<Answer> {
    if (this.isAway && this.alone.isReady) return alone();
    try {
      const answer = await server();
      this.touched();
      return answer;
    } catch (error) {
      const lost = error instanceof NoConnection || (error instanceof Refused && error.status >= 500);
      if (!lost || !this.alone.isReady) throw error;
      this.awayUntil = this.time() + awayFor;
      this.lostTouch();
      return alone();
    }
  }

  private async byRules(work: Promise<Used>): Promise<Used> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof NotUsable)) throw error;
      const { reason, nextUsableAt } = error;
      throw new Refused(409, { reason, ...(nextUsableAt === null ? {} : { nextUsableAt }) });
    }
  }
}
