import type { Outcome } from '../providers.js';

/** Where the results and the copies in doubt are written, in one commit. */
export interface Journal {
  write(outcomes: readonly Outcome[], inDoubt: readonly string[]): Promise<void>;
}

interface Asking {
  deliveryId: string;
  admit: () => void;
  refuse: (error: Error) => void;
}

/**
 * The gate before the end of a message. At most `most` copies are between "the journal says that it may leave" and "the
 * journal says what became of it": that many may be in doubt after a crash, and no more. Copies that ask while a commit
 * is under way share the next.
 */
export class HandOver {
  private asking: Asking[] = [];
  private settled: Outcome[] = [];
  private readonly beyond = new Set<string>();
  private writing: Promise<void> | null = null;
  private broken: Error | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly most: number,
  ) {}

  /** Comes back once the copy may end; what became of it must then be told to `settle`. */
  async pass(deliveryId: string): Promise<void> {
    return new Promise<void>((admit, refuse) => {
      this.asking.push({ deliveryId, admit, refuse });
      this.turn();
    });
  }

  /** Whether the copy was let through, and its end may have been written. */
  hasPassed(deliveryId: string): boolean {
    return this.beyond.has(deliveryId);
  }

  /** A copy that asked and was not let through no longer wants to: its connection broke, say. */
  withdraw(deliveryId: string): void {
    const gone = this.asking.filter((each) => each.deliveryId === deliveryId);
    this.asking = this.asking.filter((each) => each.deliveryId !== deliveryId);
    for (const { refuse } of gone) refuse(new Error('Withdrawn.'));
  }

  /** What became of a copy, let through or not. */
  settle(outcome: Outcome): void {
    this.beyond.delete(outcome.deliveryId);
    this.settled.push(outcome);
    this.turn();
  }

  /** Comes back when all that was told so far is written. @throws what the journal threw */
  async written(): Promise<void> {
    while (this.writing || this.settled.length > 0) {
      this.turn();
      await this.writing;
    }
    if (this.broken) throw this.broken;
  }

  private turn(): void {
    if (this.broken) return this.refuseAll(this.broken);
    if (this.writing) return;
    const free = this.most - this.beyond.size;
    const admitted = free > 0 ? this.asking.splice(0, free) : [];
    const outcomes = this.settled;
    if (admitted.length === 0 && outcomes.length === 0) return;
    this.settled = [];
    for (const { deliveryId } of admitted) this.beyond.add(deliveryId);
    this.writing = this.journal.write(outcomes, [...this.beyond]).then(
      () => {
        this.writing = null;
        for (const { admit } of admitted) admit();
        this.turn();
      },
      (error: Error) => {
        this.writing = null;
        this.broken = error;
        for (const { deliveryId, refuse } of admitted) {
          this.beyond.delete(deliveryId);
          refuse(error);
        }
        this.refuseAll(error);
      },
    );
  }

  private refuseAll(error: Error): void {
    const asking = this.asking;
    this.asking = [];
    this.settled = [];
    for (const { refuse } of asking) refuse(error);
  }
}
