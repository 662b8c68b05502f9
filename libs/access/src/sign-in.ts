import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Chance, Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { LinkNotUsable } from './access.problems.js';
import { sendSignIn } from './access.jobs.js';
import { Account } from './account.entity.js';
import { type Contact, hashOfContact } from './contact.js';
import { Limits } from './limits.js';
import { SignInChallenge, tokenHash } from './sign-in-challenge.entity.js';

/** Somebody proved that they read the messages of an account. */
export interface Proved {
  accountId: string;
  /** Where they wanted to go; empty for their own home. */
  nextPath: string;
}

export type CodeAnswer = { outcome: 'right'; proved: Proved } | { outcome: 'wrong' | 'over' };

/** The first factor: a link and a code in one message. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly limits: Limits,
  ) {}

  /**
   * Asks for a message. Whether anybody has this contact is not even looked up here, only by the worker, so that
   * answer, headers and time cannot tell.
   *
   * @param address the network address that asks
   * @returns the secret for this browser's cookie
   * @throws AskedTooOften
   */
  async ask(contact: Contact, nextPath: string, address: string): Promise<string> {
    const contactHash = hashOfContact(contact);
    await this.limits.count('sign-in-address', address);
    await this.limits.count('sign-in-contact', contactHash);
    const browser = this.chance.token();
    const now = this.clock.now();
    const id = this.ids.next();
    await this.database.transaction(async (tx) => {
      await tx.insert(SignInChallenge, {
        id,
        purpose: 'sign-in',
        contactHash,
        browserHash: tokenHash(browser),
        accountId: null,
        linkHash: null,
        codeHash: null,
        tries: 0,
        nextPath,
        askedAt: now,
        expiresAt: new Date(now.getTime() + SignInChallenge.minutes * 60_000),
        usedAt: null,
      });
      await this.jobs.enqueue(tx, sendSignIn, { challengeId: id });
    });
    return browser;
  }

  /**
   * Judges a typed code against what this browser asked for. A wrong one is counted, and saved as such.
   *
   * @param browser the secret in the browser's cookie
   * @throws AskedTooOften
   */
  async enterCode(browser: string, code: string, address: string): Promise<CodeAnswer> {
    await this.limits.count('code-address', address);
    const asked = await this.database.reader.findOne(SignInChallenge, {
      select: { contactHash: true },
      where: { browserHash: tokenHash(browser) },
    });
    if (!asked || (await this.limits.isUsedUp('code-contact', asked.contactHash))) return { outcome: 'over' };
    const answer = await this.database.transaction(async (tx): Promise<CodeAnswer> => {
      const challenge = await this.locked(tx, { browserHash: tokenHash(browser) });
      if (!challenge) return { outcome: 'over' };
      const outcome = challenge.tryCode(code, this.clock.now());
      await tx.update(SignInChallenge, { id: challenge.id }, { tries: challenge.tries });
      if (outcome !== 'right') {
        await this.audit.record(tx, {
          action: 'sign-in.code-refused',
          subject: { kind: 'sign-in', id: challenge.id },
          actor: { kind: 'system', id: 'sign-in' },
        });
        return { outcome };
      }
      const proved = await this.use(tx, challenge);
      return proved ? { outcome, proved } : { outcome: 'over' };
    });
    if (answer.outcome !== 'right') await this.limits.note('code-contact', asked.contactHash);
    return answer;
  }

  /** Whether a link would still sign somebody in. Looking uses nothing up: programs that scan mail look at every link. */
  async isLinkOpen(token: string): Promise<boolean> {
    const challenge = await this.database.reader.findOne(SignInChallenge, { where: { linkHash: tokenHash(token) } });
    return challenge?.isOpen(this.clock.now()) ?? false;
  }

  /** @throws LinkNotUsable */
  async followLink(token: string): Promise<Proved> {
    const proved = await this.database.transaction(async (tx) => {
      const challenge = await this.locked(tx, { linkHash: tokenHash(token) });
      return challenge?.isOpen(this.clock.now()) ? this.use(tx, challenge) : null;
    });
    if (!proved) throw new LinkNotUsable();
    return proved;
  }

  /** Uses a challenge, and with it every other one of this account: one message signs in once. */
  private async use(tx: Tx, challenge: SignInChallenge): Promise<Proved | null> {
    const { accountId, nextPath } = challenge;
    if (!accountId) return null;
    const now = this.clock.now();
    challenge.use(now);
    await tx.update(SignInChallenge, { accountId, usedAt: IsNull() }, { usedAt: now });
    const open = await tx.exists(Account, { where: { id: accountId, disabledAt: IsNull() } });
    return open ? { accountId, nextPath } : null;
  }

  private async locked(tx: Tx, where: { browserHash: string } | { linkHash: string }): Promise<SignInChallenge | null> {
    return tx.findOne(SignInChallenge, { where, lock: { mode: 'pessimistic_write' } });
  }
}
