import { type Actor, Audit } from '@carers/audit';
import {
  type CredentialSigner,
  type Jwks,
  nodeSigner,
  NodeVerifyingKeys,
  parseSigningKeys,
  type SigningKey,
  signingKeyOf,
  toJwks,
} from '@carers/credentials';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Not } from 'typeorm';
import { CardKeyNotFound, CardKeyWasRevoked } from './cards.problems.js';
import { ensureNext, lockedKeys, promoteNext } from './key-changes.js';
import { CardSigningKey, keyOf, type KeyStatus } from './signing-key.entity.js';

interface Ring {
  keys: SigningKey[];
  verifying: NodeVerifyingKeys;
  /** Made when first asked for, and again when another key's time has come. */
  signer?: CredentialSigner;
}

/** A key as the operator sees it: never its private part. */
export interface KeyLine {
  kid: string;
  status: KeyStatus;
  createdAt: Date;
}

/** Which keys sign after a change. */
export interface KeysInUse {
  /** The key that signs from now on. */
  kid: string;
  /** The key that signs after it, published from now on. */
  next: string;
}

/** How long a process believes what it last read of the keys, in milliseconds. */
const believedFor = 4_000;

/**
 * The scheme's card keys. They live in the database, sealed, so that a rotation reaches every process within five
 * seconds; those in `CARD_SIGNING_KEYS` are added at start. The newest active one signs, all but the revoked verify, and
 * the next is published ahead of its use.
 */
@Injectable()
export class CardKeys implements OnModuleInit {
  private ring: Ring | null = null;
  private readAt = -Infinity;
  private reading: Promise<Ring> | null = null;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.settings.cardSigningKeys) await this.takeFromSettings(this.settings.cardSigningKeys);
    const rows = await this.database.reader.find(CardSigningKey);
    // A scheme from before there were next keys gets its own now; of two processes that start together, one makes it.
    if (rows.some(({ status }) => status === 'active') && !rows.some(({ status }) => status === 'next')) {
      await this.database.transaction(async (tx) => {
        await lockedKeys(tx);
        await ensureNext(tx, this.clock.now());
      });
    }
  }

  /** Signs with the key in use. */
  async signer(): Promise<CredentialSigner> {
    const ring = await this.current();
    const key = signingKeyOf(ring.keys, this.clock.now());
    if (ring.signer?.kid !== key.kid) ring.signer = nodeSigner(key);
    return ring.signer;
  }

  /** Every key that a card in somebody's hand may be signed with; the key objects are made once. */
  async verifying(): Promise<NodeVerifyingKeys> {
    return (await this.current()).verifying;
  }

  /** The public keys as a JSON Web Key Set (RFC 7517). */
  async jwks(): Promise<Jwks> {
    return toJwks((await this.current()).keys);
  }

  /** The keys, the newest first. */
  async list(): Promise<KeyLine[]> {
    const rows = await this.database.reader.find(CardSigningKey, { order: { createdAt: 'DESC', kid: 'ASC' } });
    return rows.map(({ kid, status, createdAt }) => ({ kid, status, createdAt }));
  }

  /** Lets the published next key sign from now on, and publishes the one after it. Those before go on verifying. */
  async rotate(actor: Actor): Promise<KeysInUse> {
    return this.change(async (tx) => {
      const kid = await promoteNext(tx, this.clock.now());
      await this.audit.record(tx, { action: 'card-key.rotated', subject: { kind: 'card-key', id: kid }, actor });
    });
  }

  /**
   * Ends the trust in a key that somebody may have copied: every card that it signed is refused within five seconds
   * online, and by tills without a connection after their next fetch. When it was the key that signs, the next one does.
   * @throws CardKeyNotFound, CardKeyWasRevoked
   */
  async revoke(kid: string, reason: string, actor: Actor): Promise<KeysInUse> {
    return this.change(async (tx, rows) => {
      const row = rows.find((each) => each.kid === kid);
      if (!row) throw new CardKeyNotFound({ kid });
      if (row.status === 'revoked') throw new CardKeyWasRevoked({ kid });
      await tx.update(CardSigningKey, { kid }, { status: 'revoked' });
      if (!rows.some((other) => other.kid !== kid && other.status === 'active')) {
        await promoteNext(tx, this.clock.now());
      }
      await this.audit.record(tx, {
        action: 'card-key.revoked',
        subject: { kind: 'card-key', id: kid },
        actor,
        reason,
        details: { was: row.status },
      });
    });
  }

  private async change(work: (tx: Tx, rows: CardSigningKey[]) => Promise<void>): Promise<KeysInUse> {
    const inUse = await this.database.transaction(async (tx) => {
      await work(tx, await lockedKeys(tx));
      const next = await ensureNext(tx, this.clock.now());
      const usable = (await lockedKeys(tx)).filter(({ status }) => status !== 'revoked');
      return { kid: signingKeyOf(usable.map(keyOf), this.clock.now()).kid, next };
    });
    this.readAt = -Infinity;
    return inUse;
  }

  private async takeFromSettings(cardSigningKeys: string): Promise<void> {
    const now = this.clock.now().getTime();
    const rows = parseSigningKeys(cardSigningKeys).map((key, index) => ({
      kid: key.kid,
      jwk: JSON.stringify(key),
      status: key.status,
      // The first of the setting is to sign, and the newest here does.
      createdAt: new Date(now - index),
    }));
    await this.database.transaction((tx) =>
      tx.createQueryBuilder().insert().into(CardSigningKey).values(rows).orIgnore().execute(),
    );
  }

  private async current(): Promise<Ring> {
    // The machine's steady clock: a test that holds the time still must not hold the keys still too.
    if (this.ring && performance.now() - this.readAt < believedFor) return this.ring;
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<Ring> {
    const rows = await this.database.reader.find(CardSigningKey, {
      where: { status: Not('revoked') },
      order: { createdAt: 'DESC', kid: 'ASC' },
    });
    const unchanged =
      this.ring?.keys.length === rows.length &&
      rows.every(
        (row, index) => this.ring?.keys[index]?.kid === row.kid && this.ring.keys[index].status === row.status,
      );
    if (!this.ring || !unchanged) {
      const keys = rows.map(keyOf);
      this.ring = { keys, verifying: new NodeVerifyingKeys(keys) };
    }
    this.readAt = performance.now();
    return this.ring;
  }
}
