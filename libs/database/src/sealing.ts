import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

interface SealingKey {
  id: string;
  key: Buffer;
}

/** A sealed value cannot be opened: its key is gone, or it was altered. */
export class CannotUnseal extends Error {
  override name = 'CannotUnseal';
}

/**
 * Encrypts text with AES-256-GCM (NIST SP 800-38D). A value reads `v1.<key id>.<base64url of iv, tag, ciphertext>`, so
 * that keys can be changed one at a time. `purpose` is bound to the value: text sealed for one column cannot be put
 * into another.
 */
export class Sealing {
  private readonly current: { id: string; key: KeyObject };
  // As key objects: Node takes four times as long to begin with the bytes of a key.
  private readonly byId: ReadonlyMap<string, KeyObject>;
  private readonly lookupKey: KeyObject;

  /** @param keys the first seals, all open; the last (oldest) also makes the look-up hashes, so it stays until they are made anew */
  constructor(keys: readonly SealingKey[]) {
    const [current, ...older] = keys.map(({ id, key }) => ({ id, key: createSecretKey(key) }));
    if (!current) throw new RangeError('At least one encryption key is needed.');
    this.current = current;
    this.byId = new Map([current, ...older].map(({ id, key }) => [id, key]));
    const oldest = older.at(-1) ?? current;
    this.lookupKey = createSecretKey(Buffer.from(hkdfSync('sha256', oldest.key, '', 'carers-card look-up', 32)));
  }

  seal(text: string, purpose: string): string {
    return `v1.${this.current.id}.${this.encrypt(Buffer.from(text), purpose).toString('base64url')}`;
  }

  /** The same for bytes, without base64: `v1.<key id>.` in ASCII, then iv, tag and ciphertext. */
  sealBytes(bytes: Uint8Array, purpose: string): Buffer {
    return Buffer.concat([Buffer.from(`v1.${this.current.id}.`), this.encrypt(bytes, purpose)]);
  }

  /** @throws CannotUnseal */
  open(value: string, purpose: string): string {
    const [version, id, body] = value.split('.');
    if (!body) throw new CannotUnseal('Not a sealed value.');
    return this.decrypt(version, id, Buffer.from(body, 'base64url'), purpose).toString('utf8');
  }

  /** @throws CannotUnseal */
  openBytes(value: Uint8Array, purpose: string): Buffer {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    const head = /^(v\d+)\.([A-Za-z0-9_-]{1,16})\./.exec(bytes.subarray(0, 24).toString('latin1'));
    if (!head) throw new CannotUnseal('Not a sealed value.');
    return this.decrypt(head[1], head[2], bytes.subarray(head[0].length), purpose);
  }

  /** A keyed hash (HMAC-SHA-256, 64 hex digits) that finds equal values without storing them. */
  lookup(text: string, purpose: string): string {
    return createHmac('sha256', this.lookupKey).update(`${purpose}\0${text}`).digest('hex');
  }

  /** iv (12 bytes), tag (16 bytes) and ciphertext. */
  private encrypt(bytes: Uint8Array, purpose: string): Buffer {
    // A nonce must never repeat under one key, even in a test with a set chance: always the system's randomness.
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.current.key, iv);
    cipher.setAAD(Buffer.from(purpose));
    const sealed = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]);
  }

  private decrypt(version: string | undefined, id: string | undefined, bytes: Buffer, purpose: string): Buffer {
    const key = id === undefined ? undefined : this.byId.get(id);
    if (version !== 'v1' || !key) throw new CannotUnseal(`No key opens a value sealed with key ${id}.`);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
    } catch {
      throw new CannotUnseal('A sealed value was altered.');
    }
  }
}

let current: Sealing | null = null;

/** Sets the keys of this process, once at start: TypeORM's column transformers cannot have them injected. */
export function useSealing(sealing: Sealing): void {
  current = sealing;
}

/** The keys of this process. */
export function sealing(): Sealing {
  if (!current) throw new Error('No encryption keys: call useSealing() at start.');
  return current;
}

/**
 * A keyed hash of a value beside a sealed column, to find it by. Normalise first (lower-case e-mail, E.164 number).
 * @param purpose what is looked up, as in `email`: equal values of different kinds get different hashes
 */
export function keyedHash(text: string, purpose: string): string {
  return sealing().lookup(text, purpose);
}
