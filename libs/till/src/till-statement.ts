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

/** For how long after a forged card signatures are checked before PostgreSQL is asked, in milliseconds. */
const onGuardFor = 1_000;

/** The one way of this process's tills to the database: checks and uses that wait at the same time share a statement. */
@Injectable()
export class TillStatement {
  private readonly shared = new SharedStatement<Asked, Told>((asked) => this.run(asked));
  private onGuardUntil = -Infinity;

  constructor(private readonly database: Database) {}

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

  /** Signatures are checked while PostgreSQL works. A forged one undoes its whole statement, so not twice in a row. */
  private async run(asked: readonly Asked[]): Promise<Told[]> {
    if (performance.now() > this.onGuardUntil) {
      const told = await this.write(asked);
      if (told) return told;
      this.onGuardUntil = performance.now() + onGuardFor;
    }
    return (await this.write(asked.map(proven)))!;
  }

  /** Writes what is given in one statement, nulls left out; gives undefined where a signature was not genuine. */
  private async write(asked: readonly (Asked | null)[]): Promise<Told[] | undefined> {
    const checks = asked.flatMap((one) => (one && 'check' in one ? [one] : []));
    const uses = asked.flatMap((one) => (one && 'use' in one ? [one.use] : []));
    const rows = await this.rowsOf(checks, uses);
    if (!rows) return undefined;
    let [nextRow, nextUse] = [0, 0];
    return asked.map((one) => one && ('check' in one ? rows.checks[nextRow++]! : rows.uses[nextUse++]!));
  }

  private async rowsOf(
    checks: readonly Check[],
    uses: readonly RedemptionToWrite[],
  ): Promise<{ checks: ValidationRow[]; uses: RedeemAnswer[] } | undefined> {
    if (checks.length + uses.length === 0) return { checks: [], uses: [] };
    const keep = allGenuine(checks);
    const [only] = checks;
    if (only && checks.length + uses.length === 1 && isForLoneCheck(only.check)) {
      const answer = await this.database.value<CheckAnswer>(loneCheckStatement, loneCheckValues(only.check), keep);
      return answer && { checks: [rowOf(answer)], uses: [] };
    }
    const statement = uses.length === 0 ? validateStatement : checks.length === 0 ? redeemStatement : bothStatement;
    const values = [
      ...(checks.length > 0 ? validationValues(checks.map(({ check }) => check)) : []),
      ...(uses.length > 0 ? redeemValues(uses) : []),
    ];
    const answers = await this.database.value<{ checks?: ValidationAnswers; uses?: RedeemAnswers }>(
      statement,
      values,
      keep,
    );
    return (
      answers && {
        checks: answers.checks ? validationRows(answers.checks) : [],
        uses: answers.uses ? redeemAnswers(answers.uses, uses) : [],
      }
    );
  }
}

/** What says whether all signatures are genuine that are still to be checked; undefined where there are none. */
function allGenuine(checks: readonly Check[]): (() => boolean) | undefined {
  const doubts = checks.flatMap(({ isGenuine }) => isGenuine ?? []);
  return doubts.length > 0 ? () => doubts.every((isGenuine) => isGenuine()) : undefined;
}

/** The same with its signature checked; null for a check whose is forged. */
function proven(one: Asked): Asked | null {
  if (!('check' in one) || !one.isGenuine) return one;
  return one.isGenuine() ? { ...one, isGenuine: null } : null;
}
