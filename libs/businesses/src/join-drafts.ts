import { Database, type Tx } from '@carers/database';
import { Chance, Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { LessThan } from 'typeorm';
import { JoinDraftNotFound } from './businesses.problems.js';
import { JoinDraft } from './join-draft.entity.js';

/** The answers of a registration so far, one member per page. */
export type JoinAnswers = Record<string, unknown>;

/** Registrations on their way: kept for 30 days after the last answer, found by a token that is never stored. */
@Injectable()
export class JoinDrafts {
  static readonly days = 30;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ids: Ids,
  ) {}

  /** Begins a registration. The token goes into a cookie and, if wished, into a link; only its hash stays here. */
  async begin(answers: JoinAnswers): Promise<{ token: string; draft: JoinDraft }> {
    const token = this.chance.token();
    const draft = await this.database.transaction(async (tx) => {
      const made = tx.create(JoinDraft, {
        id: this.ids.next(),
        tokenHash: hashOf(token),
        answers: JSON.stringify(answers),
        createdAt: this.clock.now(),
        ...this.stamps(),
        businessId: null,
        leadId: null,
      });
      await tx.insert(JoinDraft, made);
      return made;
    });
    return { token, draft };
  }

  /** The registration of a token, sent ones too; null when there is none, or none any more. */
  async find(token: string | undefined): Promise<JoinDraft | null> {
    if (!token || token.length > 64) return null;
    const draft = await this.database.reader.findOneBy(JoinDraft, { tokenHash: hashOf(token) });
    return draft && draft.expiresAt > this.clock.now() ? draft : null;
  }

  /** The same with its row locked, for the moment when it is sent. @throws JoinDraftNotFound */
  async locked(tx: Tx, draftId: string): Promise<JoinDraft> {
    const draft = await tx.findOne(JoinDraft, { where: { id: draftId }, lock: { mode: 'pessimistic_write' } });
    if (!draft || draft.expiresAt <= this.clock.now()) throw new JoinDraftNotFound();
    return draft;
  }

  /** Adds answers to those that are there; what was sent is not changed any more. @throws JoinDraftNotFound */
  async save(draftId: string, answers: JoinAnswers): Promise<void> {
    await this.database.transaction(async (tx) => {
      const draft = await this.locked(tx, draftId);
      if (draft.businessId !== null || draft.leadId !== null) throw new JoinDraftNotFound();
      draft.answers = JSON.stringify({ ...answersOf(draft), ...answers });
      Object.assign(draft, this.stamps());
      await tx.save(draft);
    });
  }

  /** Sent: remembers what came of it and forgets the answers, which now live there. */
  async close(tx: Tx, draft: JoinDraft, outcome: { businessId: string } | { leadId: string }): Promise<void> {
    Object.assign(draft, outcome);
    draft.answers = '{}';
    await tx.save(draft);
  }

  /** Removes what ran out. Gives how many. */
  async purge(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const { affected } = await tx.delete(JoinDraft, { expiresAt: LessThan(this.clock.now()) });
      return affected ?? 0;
    });
  }

  private stamps() {
    const now = this.clock.now();
    return { changedAt: now, expiresAt: new Date(now.getTime() + JoinDrafts.days * 86_400_000) };
  }
}

/** The answers of a draft. */
export function answersOf(draft: JoinDraft): JoinAnswers {
  return JSON.parse(draft.answers) as JoinAnswers;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
