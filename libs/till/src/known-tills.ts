import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Counter, countersOf } from './counters.js';
import type { BranchOffer } from './validate.statement.js';

/** What a till's branch offers, as it was read a moment ago. */
export interface KnownBranch {
  branchId: string;
  offers: readonly BranchOffer[];
  /** What its limits are held by on `today`. */
  counters: readonly Counter[];
  today: string;
  /** Whether some offer asks for an age or hours of caring: only then the person is read with a card. */
  asksOfPerson: boolean;
}

interface Kept extends KnownBranch {
  readAt: number;
}

/** For how long offers are believed, and how often a till is noted to be in use, in milliseconds. */
const believedFor = 4_000;
const notedEvery = 60_000;
const mostTills = 5_000;

/**
 * What this process knows of the tills that ask it, so that a scan reads only what is new: the card. What other processes
 * change about offers is seen within four seconds, what this one changes at once. Whether a till may ask at all is never
 * remembered.
 */
@Injectable()
export class KnownTills {
  private readonly kept = new Map<string, Kept>();
  private readonly noted = new Map<string, number>();

  constructor(@InjectDataSource() source: DataSource) {
    source.subscribers.push({ afterTransactionCommit: () => this.kept.clear() });
  }

  /** The till's branch and its offers; null when they have to be read. */
  branchOf(keyHash: string, today: string): KnownBranch | null {
    const found = this.kept.get(keyHash);
    return found && found.today === today && performance.now() - found.readAt < believedFor ? found : null;
  }

  /** Keeps what was just read. */
  keep(
    keyHash: string,
    branchId: string,
    offers: readonly BranchOffer[],
    { at, today }: { at: Date; today: string },
  ): KnownBranch {
    const known = {
      branchId,
      offers,
      counters: countersOf(offers, at, today),
      today,
      asksOfPerson: offers.some(
        ({ terms }) => terms.minimumAge !== undefined || terms.minimumHoursOfCaring !== undefined,
      ),
      readAt: performance.now(),
    };
    if (this.kept.size >= mostTills) this.kept.clear();
    this.kept.set(keyHash, known);
    return known;
  }

  forget(keyHash: string): void {
    this.kept.delete(keyHash);
  }

  /** True once a minute for each till: it is time to tell its owner that it is in use. */
  isToBeNoted(keyHash: string): boolean {
    const now = performance.now();
    if (now - (this.noted.get(keyHash) ?? -Infinity) < notedEvery) return false;
    if (this.noted.size >= mostTills) this.noted.clear();
    this.noted.set(keyHash, now);
    return true;
  }
}
