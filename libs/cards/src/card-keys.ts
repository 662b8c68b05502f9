import { type Actor, Audit } from '@carers/audit';
import {
  type CredentialSigner,
  generateSigningKey,
  type Jwks,
  nodeSigner,
  NodeVerifyingKeys,
  parseSigningKeys,
  type SigningKey,
  signingKeyOf,
  toJwks,
} from '@carers/credentials';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CardSigningKey } from './signing-key.entity.js';

interface Ring {
  keys: SigningKey[];
  verifying: NodeVerifyingKeys;
  /** Made when first asked for, and again when another key's time has come. */
  signer?: CredentialSigner;
}

/** A key as the operator sees it: never its private part. */
export interface KeyLine {
  kid: string;
  status: 'active' | 'verifying';
  createdAt: Date;
}

/** How long a process believes what it last read of the keys, in milliseconds. */
const believedFor = 4_000;

/**
 * The scheme's card keys. They live in the database, sealed, so that a rotation reaches every process within five
 * seconds; those in `CARD_SIGNING_KEYS` are added at start. The newest active one signs, all verify.
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
    if (!this.settings.cardSigningKeys) return;
    const now = this.clock.now().getTime();
    const rows = parseSigningKeys(this.settings.cardSigningKeys).map((key, index) => ({
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

  /** Makes a new key that signs from now on. Those before it go on verifying. Gives the new key's id. */
  async rotate(actor: Actor): Promise<string> {
    const kid = await this.database.transaction(async (tx) => {
      await tx.query('LOCK TABLE card_signing_key IN SHARE ROW EXCLUSIVE MODE');
      const rows = await tx.find(CardSigningKey);
      const key = generateSigningKey(rows.map(keyOf));
      await tx.update(CardSigningKey, { status: 'active' }, { status: 'verifying' });
      await tx.insert(CardSigningKey, {
        kid: key.kid,
        jwk: JSON.stringify(key),
        status: 'active',
        createdAt: this.clock.now(),
      });
      await this.audit.record(tx, { action: 'card-key.rotated', subject: { kind: 'card-key', id: key.kid }, actor });
      return key.kid;
    });
    this.readAt = -Infinity;
    return kid;
  }

  private async current(): Promise<Ring> {
    // The machine's steady clock: a test that holds the time still must not hold the keys still too.
    if (this.ring && performance.now() - this.readAt < believedFor) return this.ring;
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<Ring> {
    const rows = await this.database.reader.find(CardSigningKey, { order: { createdAt: 'DESC', kid: 'ASC' } });
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

/** The status stands in the row, since a rotation changes it; the sealed text keeps what the key was made with. */
function keyOf(row: CardSigningKey): SigningKey {
  const key = JSON.parse(row.jwk) as Omit<SigningKey, 'notBefore'> & { notBefore?: string };
  return { ...key, notBefore: key.notBefore === undefined ? undefined : new Date(key.notBefore), status: row.status };
}
