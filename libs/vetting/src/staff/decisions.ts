import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { type MoveOptions, VettingCases } from '../cases/vetting-cases.js';
import { Letters } from './letters.js';
import type { OfficerMove } from './officer-moves.js';
import type { LetterKind } from './vetting-letter.entity.js';

/** What the business is written to after a move; the others it sees on its page only. */
const letterAfter: Partial<Record<OfficerMove, LetterKind>> = {
  approve: 'approved',
  refuse: 'refused',
  suspend: 'suspended',
  lift: 'lifted',
  remove: 'removed',
  uphold: 'upheld',
  overturn: 'overturned',
};

/** What officers decide. The move and the letter that tells the business of it are one change. */
@Injectable()
export class Decisions {
  constructor(
    private readonly database: Database,
    private readonly cases: VettingCases,
    private readonly letters: Letters,
  ) {}

  /** @throws as `VettingCases.move` */
  async make(caseId: string, move: OfficerMove, options: MoveOptions, actor: Actor): Promise<VettingCase> {
    return this.database.transaction(async (tx) => {
      const moved = await this.cases.move(tx, caseId, move, options, actor);
      await this.tell(tx, moved, move, options, actor);
      return moved;
    });
  }

  private async tell(tx: Tx, moved: VettingCase, move: OfficerMove, options: MoveOptions, actor: Actor): Promise<void> {
    const kind = letterAfter[move];
    if (!kind) return;
    const { refusalReasons, suspensionReasons } = (await this.cases.programmeOf(moved)).decision;
    const because = [...refusalReasons, ...suspensionReasons].find(({ key }) => key === options.reasonKey);
    const words = [options.reason, move === 'approve' ? options.conditions : null].filter(Boolean).join('\n\n');
    await this.letters.send(tx, moved, { kind, words, channel: 'email', becauseKey: because?.title ?? null }, actor);
  }
}
