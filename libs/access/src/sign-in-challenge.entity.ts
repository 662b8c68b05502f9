import { keyedHash } from '@carers/database';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What became of a typed code. */
export type CodeOutcome = 'right' | 'wrong' | 'over';

/**
 * One wish to sign in. It is kept for unknown contacts too, and behaves the same, so that nobody can tell from outside.
 * The link works in any browser; the code only in the one that asked, where a guesser would have to begin anew.
 */
@Entity('sign_in_challenge')
export class SignInChallenge {
  static readonly minutes = 10;
  static readonly triesPerCode = 5;

  @PrimaryColumn('uuid') id: string;
  @Column('text') purpose: 'sign-in';
  @Column('text', { name: 'contact_hash' }) contactHash: string;
  /** Hash of the secret in the cookie of the browser that asked. */
  @Column('text', { name: 'browser_hash' }) browserHash: string;
  /** Known once the message is made; stays null where nobody has this contact. */
  @Column('uuid', { name: 'account_id', nullable: true }) accountId: string | null;
  @Column('text', { name: 'link_hash', nullable: true }) linkHash: string | null;
  @Column('text', { name: 'code_hash', nullable: true }) codeHash: string | null;
  @Column('integer') tries: number;
  /** Where to go afterwards: a path of this site. */
  @Column('text', { name: 'next_path' }) nextPath: string;
  @Column('timestamptz', { name: 'asked_at' }) askedAt: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt: Date | null;

  /** Makes the secrets of the message; only their hashes stay here. Made again, the former ones are worth nothing. */
  arm(accountId: string, token: string, code: string): void {
    this.accountId = accountId;
    this.linkHash = tokenHash(token);
    this.codeHash = this.hashOfCode(code);
  }

  isOpen(at: Date): boolean {
    return this.usedAt === null && at < this.expiresAt;
  }

  /** Counts a try and judges the code. Five tries, then it is over, even for the right one. */
  tryCode(code: string, at: Date): CodeOutcome {
    if (!this.isOpen(at) || this.tries >= SignInChallenge.triesPerCode) return 'over';
    this.tries += 1;
    // Without an account there is nothing to compare with; the same work is done against a hash that nothing has.
    const right = sameHash(this.codeHash ?? ''.padEnd(64, '0'), this.hashOfCode(code));
    if (right && this.codeHash !== null) return 'right';
    return this.tries >= SignInChallenge.triesPerCode ? 'over' : 'wrong';
  }

  use(at: Date): void {
    this.usedAt = at;
  }

  /** Six digits are few: the key keeps a thief of the table from trying them all. */
  private hashOfCode(code: string): string {
    return keyedHash(`${this.id}:${code}`, 'sign-in-code');
  }
}

/** Hash of a long random token: nothing slower is needed for 160 random bits. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
