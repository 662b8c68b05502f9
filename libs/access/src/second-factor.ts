import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Chance, Clock, whenUsed } from '@carers/kernel';
import { BrandSource } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { AccountNotFound, SecondFactorAlreadySet } from './access.problems.js';
import { Account } from './account.entity.js';
import { AccountSession } from './account-session.entity.js';
import { Limits } from './limits.js';

const otpauth = whenUsed<typeof import('otpauth')>('otpauth');

/** What an authenticator app needs to begin. */
export interface Enrolment {
  /** Base32, for typing. */
  secret: string;
  /** The same as an `otpauth:` address, for a QR code. */
  uri: string;
}

const period = 30;
/** One step either way: clocks of telephones are a little off (RFC 6238, section 5.2). */
const window = 1;

/** The secret of every demo account. Anybody can read it here: never used in production. */
const demoSecret = 'CARERSCARDDEMOSECRETCARERSCARDDE';

/** The second factor of staff: time-based codes of an authenticator app (RFC 6238). */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly limits: Limits,
    private readonly settings: Settings,
    private readonly brands: BrandSource,
    private readonly chance: Chance,
  ) {}

  /** Whether somebody has confirmed an authenticator app. */
  async isSet(accountId: string): Promise<boolean> {
    return (await this.find(this.database.reader, accountId)).totpConfirmedAt !== null;
  }

  /**
   * The secret to put into an app, made at the first look and the same until it is confirmed.
   * @throws SecondFactorAlreadySet once confirmed: it is never shown again
   */
  async enrolment(accountId: string): Promise<Enrolment> {
    const { name } = await this.brands.current();
    return this.database.transaction(async (tx) => {
      const account = await this.find(tx, accountId, true);
      if (account.totpConfirmedAt) throw new SecondFactorAlreadySet();
      const secret = account.totpSecret ?? newSecret(this.chance);
      if (!account.totpSecret) await tx.save(Object.assign(account, { totpSecret: secret }));
      const label = account.email ?? account.name;
      return { secret, uri: new (otpauth().TOTP)({ issuer: name, label, secret, period }).toString() };
    });
  }

  /**
   * Whether a code is right, and used now for the first time. The first right one confirms the app.
   * @throws AskedTooOften
   */
  async check(accountId: string, code: string): Promise<boolean> {
    await this.limits.count('second-factor', accountId);
    return this.database.transaction(async (tx) => {
      const account = await this.find(tx, accountId, true);
      const step = account.totpSecret ? this.stepOf(code, account.totpSecret) : null;
      const right = step !== null && step > (account.totpLastStep ?? 0);
      const actor: Actor = { kind: 'account', id: accountId };
      const subject = { kind: 'account', id: accountId };
      if (!right) {
        await this.audit.record(tx, { action: 'second-factor.code-refused', subject, actor });
        return false;
      }
      if (!account.totpConfirmedAt) await this.audit.record(tx, { action: 'second-factor.set-up', subject, actor });
      const totpConfirmedAt = account.totpConfirmedAt ?? this.clock.now();
      await tx.update(Account, { id: accountId }, { totpLastStep: step, totpConfirmedAt });
      return true;
    });
  }

  /** For somebody who lost their telephone: the app is forgotten, their sessions end, the next sign-in sets up another. */
  async reset(tx: Tx, accountId: string, actor: Actor): Promise<void> {
    await tx.update(Account, { id: accountId }, { totpSecret: null, totpConfirmedAt: null, totpLastStep: null });
    await tx.delete(AccountSession, { accountId });
    await this.audit.record(tx, { action: 'second-factor.reset', subject: { kind: 'account', id: accountId }, actor });
  }

  /** Demo only: gives an account the secret that everybody knows, whose codes `/dev/totp` shows. */
  async useDemoSecret(tx: Tx, accountId: string): Promise<void> {
    if (this.settings.production) throw new Error('The demo secret is not for production.');
    const account = await this.find(tx, accountId, true);
    await tx.save(Object.assign(account, { totpSecret: demoSecret, totpConfirmedAt: this.clock.now() }));
  }

  /** Demo only: the code of every demo account now, the one after it, and the seconds between. */
  demoCodes(): { code: string; next: string; secondsLeft: number } {
    if (this.settings.production) throw new Error('The demo secret is not for production.');
    const now = this.clock.now().getTime();
    const { Secret, TOTP } = otpauth();
    const at = (timestamp: number) => TOTP.generate({ secret: Secret.fromBase32(demoSecret), timestamp, period });
    return { code: at(now), next: at(now + period * 1000), secondsLeft: period - (Math.floor(now / 1000) % period) };
  }

  /** The 30-second step that a code belongs to, or null where it belongs to none near now. */
  private stepOf(code: string, secret: string): number | null {
    const timestamp = this.clock.now().getTime();
    const { Secret, TOTP } = otpauth();
    const delta = TOTP.validate({ token: code, secret: Secret.fromBase32(secret), timestamp, period, window });
    return delta === null ? null : TOTP.counter({ timestamp, period }) + delta;
  }

  private async find(tx: Tx | Database['reader'], id: string, lock = false): Promise<Account> {
    const account = await tx.findOne(Account, {
      where: { id },
      ...(lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    if (!account) throw new AccountNotFound();
    return account;
  }
}

/** 160 random bits, as RFC 4226 (section 4) advises. */
function newSecret(chance: Chance): string {
  return new (otpauth().Secret)({ buffer: new Uint8Array(chance.bytes(20)).buffer }).base32;
}
