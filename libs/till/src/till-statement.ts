import { Database, type PreparedStatement } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { type CheckAnswer, rowOf } from './check-answer.js';
import { isForLoneCheck, loneCheckStatement, loneCheckValues } from './lone-check.statement.js';
import {
  type RedeemAnswer,
  type RedeemAnswers,
  redeemAnswers,
  redeemStatement,
  redeemValues,
  type RedemptionToWrite,
} from './redeem.statement.js';
import { SharedStatement } from './shared-statement.js';
import {
  validateStatement,
  type ValidationAnswers,
  type ValidationRow,
  validationRows,
  type ValidationToWrite,
  validationValues,
} from './validate.statement.js';

/** A check whose credential may still have to prove genuine; null where that is known. */
interface Check {
  check: ValidationToWrite;
  isGenuine: (() => boolean) | null;
}

type Asked = Check | { use: RedemptionToWrite };
type Told = ValidationRow | RedeemAnswer | null;

/**
 * Both in one round trip and one commit. Checks come first: they wait for others that write the same scan, and must not
 * hold counters of limits while they do.
 */
const bothStatement: PreparedStatement = {
  name: 'till-both',
  text: `SELECT json_build_object(
           'checks', till_checks($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14),
           'uses', till_record($15, $16, $17, $18, $19, $20, $21, $22, $23, $24))`,
};

/** The one way of this process's tills to the database: checks and uses that wait at the same time share a statement. */
@Injectable()
export class TillStatement {
  private readonly shared = new SharedStatement<Asked, Told>((asked) => this.run(asked));

  constructor(private readonly database: Database) {}

  /** Whether the next one asked would be sent at once, and so its signature can be checked while PostgreSQL works. */
  get isIdle(): boolean {
    return this.shared.isIdle;
  }

  /**
   * Keeps one check.
   * @param isGenuine asked before anything is committed; null where it is known
   * @returns null where it is not genuine: nothing was kept
   */
  check(check: ValidationToWrite, isGenuine: (() => boolean) | null): Promise<ValidationRow | null> {
    return this.shared.ask({ check, isGenuine }) as Promise<ValidationRow | null>;
  }

  /** Records one use. */
  record(use: RedemptionToWrite): Promise<RedeemAnswer> {
    return this.shared.ask({ use }) as Promise<RedeemAnswer>;
  }

  private async run(all: readonly Asked[]): Promise<Told[]> {
    const [only] = all;
    if (all.length === 1 && only && 'check' in only && isForLoneCheck(only.check)) return [await this.checkLone(only)];
    const asked = all.map((one) => ('check' in one && one.isGenuine?.() === false ? null : one));
    const checks = asked.flatMap((one) => (one && 'check' in one ? [one.check] : []));
    const uses = asked.flatMap((one) => (one && 'use' in one ? [one.use] : []));
    if (checks.length + uses.length === 0) return asked.map(() => null);
    const answers = (await this.ask(checks, uses))!;
    const rows = answers.checks ? validationRows(answers.checks) : [];
    const recorded = answers.uses ? redeemAnswers(answers.uses, uses) : [];
    let [nextRow, nextUse] = [0, 0];
    return asked.map((one) => one && ('check' in one ? rows[nextRow++]! : recorded[nextUse++]!));
  }

  private async checkLone({ check, isGenuine }: Check): Promise<ValidationRow | null> {
    const answer = await this.database.value<CheckAnswer>(
      loneCheckStatement,
      loneCheckValues(check),
      isGenuine ?? undefined,
    );
    return answer ? rowOf(answer) : null;
  }

  private ask(
    checks: readonly ValidationToWrite[],
    uses: readonly RedemptionToWrite[],
  ): Promise<{ checks?: ValidationAnswers; uses?: RedeemAnswers } | undefined> {
    const values = [
      ...(checks.length > 0 ? validationValues(checks) : []),
      ...(uses.length > 0 ? redeemValues(uses) : []),
    ];
    const statement = uses.length === 0 ? validateStatement : checks.length === 0 ? redeemStatement : bothStatement;
    return this.database.value(statement, values);
  }
}
