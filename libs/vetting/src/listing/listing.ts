import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { HomeVisits } from '@carers/offers';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CaseEvents } from '../cases/case-events.js';
import { type CaseMove, endedStates } from '../cases/case-moves.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseChecks } from '../checks/case-checks.js';
import { type CaseFile, CaseFiles } from './case-file.js';
import { LapseNotices } from './lapse-notices.js';
import { earliest, listingRule, type Standing } from './listing-rule.js';
import { ListingMail } from './listing-mail.js';
import { Standings } from './standings.js';
import { TradeEndings } from './trade-endings.js';

interface Settled {
  file: CaseFile;
  answer: Standing;
  /** Whether the program moved the case. */
  moved: boolean;
}

/** Moves that follow from the file. When somebody else makes one, the night's job sees whether the file agrees. */
const followed: readonly CaseMove[] = ['lapse', 'restore'];

const actor: Actor = { kind: 'system', id: 'vetting.listing' };

/**
 * Keeps listing and accreditation as the file says: whenever something happens to a case, in the same transaction, and
 * when a day comes on which the same file says something else. Locks go case, then business, then offers.
 */
@Injectable()
export class Listing implements OnModuleInit {
  /** Cases that are being derived in a transaction: what the derivation itself announces does not begin it anew. */
  private readonly running = new WeakMap<Tx, Set<string>>();

  constructor(
    private readonly clock: Clock,
    private readonly events: CaseEvents,
    private readonly cases: VettingCases,
    private readonly checks: CaseChecks,
    private readonly files: CaseFiles,
    private readonly notices: LapseNotices,
    private readonly standings: Standings,
    private readonly visits: HomeVisits,
    private readonly endings: TradeEndings,
    private readonly mail: ListingMail,
  ) {}

  onModuleInit(): void {
    this.events.on('opened', (tx, facts) => this.derive(tx, facts.case.id));
    this.events.on('check_changed', (tx, facts) => this.derive(tx, facts.case.id));
    this.events.on('year_changed', (tx, facts) => this.derive(tx, facts.case.id));
    this.events.on('moved', async (tx, facts) => {
      await this.derive(tx, facts.case.id, !followed.includes(facts.move));
      await this.endings.note(tx, facts.case, facts.move);
    });
  }

  /**
   * Does what follows from a case today: checks whose day is past lapse, the case moves where only the file decides,
   * offers for work in homes are withheld or released. Done again, it changes nothing.
   * @param move whether the case may be moved; else a business whose case does not say what its file says is not listed
   * @throws CaseNotFound
   */
  async derive(tx: Tx, caseId: string, move = true): Promise<void> {
    const running = this.running.get(tx) ?? new Set();
    if (running.has(caseId)) return;
    this.running.set(tx, running.add(caseId));
    try {
      await this.lapseChecks(tx, caseId);
      const settled = await (move ? this.settle(tx, caseId) : this.asItStands(tx, caseId));
      if (await this.standings.isTheOne(tx, settled.file.case)) await this.keep(tx, settled);
    } finally {
      running.delete(caseId);
    }
  }

  private async lapseChecks(tx: Tx, caseId: string): Promise<void> {
    const today = this.clock.today();
    const { case: found, checks } = await this.files.of(tx, await this.cases.locked(tx, caseId));
    if (endedStates.includes(found.state)) return;
    for (const { id, state, validUntil } of checks) {
      if (state === 'accepted' && validUntil !== null && validUntil < today) await this.checks.lapse(tx, id, actor);
    }
  }

  /** Moves the case until it says what its file says. */
  private async settle(tx: Tx, caseId: string): Promise<Settled> {
    let moved = false;
    for (let round = 1; ; round++) {
      const file = await this.files.of(tx, await this.cases.locked(tx, caseId));
      const answer = listingRule(file.ruled, this.clock.today());
      if (!answer.move) return { file, answer, moved };
      if (round > 3) throw new Error(`Case ${caseId} does not settle: ${answer.move} again.`);
      await this.cases.move(tx, caseId, answer.move, this.mail.reasonOf(file, answer), actor);
      moved = true;
    }
  }

  private async asItStands(tx: Tx, caseId: string): Promise<Settled> {
    const file = await this.files.of(tx, await this.cases.locked(tx, caseId));
    const answer = listingRule(file.ruled, this.clock.today());
    if (!answer.move) return { file, answer, moved: false };
    const nothing = { accredited: false, listed: false, until: null, nextChangeOn: this.clock.today() };
    return { file, answer: { ...answer, ...nothing }, moved: false };
  }

  private async keep(tx: Tx, { file, answer, moved }: Settled): Promise<void> {
    const { businessId } = file.case;
    const from = file.ruled.accreditation?.validFrom ?? null;
    const nextChangeOn = earliest(
      [answer.nextChangeOn, await this.notices.nextOn(tx, file), nextLapse(file)].filter((day) => day !== null),
    );
    const { before } = await this.standings.keep(tx, file.case, answer, { from, nextChangeOn });
    if (file.ruled.forListing) {
      if (answer.listed) await this.visits.release(tx, businessId, answer.until!, actor);
      else await this.visits.withhold(tx, businessId, actor);
    }
    // What a person decided, that person's letter tells.
    if (moved && before !== answer.accredited) await this.mail.changed(tx, file, answer);
  }
}

/** The day on which the next check lapses, whatever follows from it. */
function nextLapse({ case: { state }, checks }: CaseFile): LocalDate | null {
  if (endedStates.includes(state)) return null;
  return earliest(
    checks.flatMap(({ state: check, validUntil }) =>
      check === 'accepted' && validUntil !== null ? [addDays(validUntil, 1)] : [],
    ),
  );
}
