import { encodeBase32, decodeBase32 } from './base32.js';
import type { Bytes } from './bytes.js';
import { encodeClaims, type CredentialClaims } from './claims.js';
import { bytesToSign, decodeSign1, encodeSign1, protectedHeaderFor } from './cose-sign1.js';
import { signCredential, verifyCredentialSync, type CredentialCheck } from './credential.js';
import { generateSigningKey, nodeSigner, NodeVerifyingKeys } from './node-keys.js';

/** What was made of a genuine credential. */
const WAYS = ['altered', 'truncated', 'resigned', 'replayed', 'random'] as const;
export type Tampering = (typeof WAYS)[number];

/** What came of a run. */
export interface TamperingResult {
  /** Credentials tried, by way. */
  tried: Record<Tampering, number>;
  /** Refusals by reason. */
  refused: Record<string, number>;
  /** Texts that were accepted though they must not be. Each one is a fault. */
  accepted: string[];
  /** Texts at which checking threw, with the message. Each one is a fault. */
  threw: string[];
  /** The longest time that one check took, in milliseconds, and the text it took it for. */
  slowest: { ms: number; text: string };
  /** Time of all checks, in milliseconds. */
  totalMs: number;
}

const START = Date.parse('2027-03-01T12:00:00Z');
const NAMES = ['Jo', 'Margaret', 'Siân', 'Łukasz', 'Wilhelmina-Charlotte', 'শর্মিষ্ঠা'];
const HOSTS = ['', 'https://card.example/C/', 'HTTPS://CARD.EXAMPLE/C/', 'http://x/c/'];
const MOST_KEPT = 10;

/** Numbers that look random and are the same for the same seed (xorshift32, Marsaglia 2003). */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  }

  /** A whole number from 0 up to but not including a limit. */
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return this.state % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/**
 * Checks a number of credentials that were altered, cut, signed by others, shown at the wrong time or made up, and
 * counts what is accepted, what throws and how long the slowest takes. Nothing of it may be accepted.
 * @param seed the same seed makes the same alterations, of new keys
 */
export async function runTampering(count: number, seed: number): Promise<TamperingResult> {
  const dice = new Dice(seed);
  const forge = await Forge.open(dice);
  const result: TamperingResult = {
    tried: { altered: 0, truncated: 0, resigned: 0, replayed: 0, random: 0 },
    refused: {},
    accepted: [],
    threw: [],
    slowest: { ms: 0, text: '' },
    totalMs: 0,
  };
  for (let i = 0; i < count; i++) {
    const way = WAYS[i % WAYS.length]!;
    const { text, now } = forge.make(way);
    result.tried[way]++;
    judge(text, now, forge.keys, result);
  }
  return result;
}

function judge(text: string, now: Date, keys: NodeVerifyingKeys, result: TamperingResult): void {
  const begun = performance.now();
  let check: CredentialCheck | null = null;
  try {
    check = verifyCredentialSync(text, keys, { now });
  } catch (error) {
    if (result.threw.length < MOST_KEPT) result.threw.push(`${String(error)}: ${text}`);
  }
  const ms = performance.now() - begun;
  result.totalMs += ms;
  if (ms > result.slowest.ms) result.slowest = { ms, text };
  if (check?.ok && result.accepted.length < MOST_KEPT) result.accepted.push(text);
  if (check && !check.ok) result.refused[check.reason] = (result.refused[check.reason] ?? 0) + 1;
}

/** Makes credentials that must not be accepted. */
class Forge {
  private readonly resigners: ((from: Genuine) => Bytes)[];

  private constructor(
    private readonly dice: Dice,
    private readonly genuine: readonly Genuine[],
    readonly keys: NodeVerifyingKeys,
    strangers: readonly ((message: Bytes) => Bytes)[],
  ) {
    this.resigners = strangers.flatMap((sign) => [
      // A stranger's key under the id of ours, over the same claims and over better ones; and under an id of their own.
      (from) => resign(sign, protectedHeaderFor(from.kid), from.payload),
      (from) => resign(sign, protectedHeaderFor(from.kid), longer(from.claims)),
      (from) => resign(sign, protectedHeaderFor('XX'), from.payload),
      // Our signature, over other claims, and over another header.
      (from) => encodeSign1({ ...parts(from), payload: longer(from.claims) }),
      (from) => encodeSign1({ ...parts(from), protectedHeader: protectedHeaderFor(from.kid === 'K1' ? 'K2' : 'K1') }),
      (from) => encodeSign1({ ...parts(from), signature: parts(this.dice.pick(this.others(from))).signature }),
      (from) => encodeSign1({ ...parts(from), signature: this.bytes(64) }),
      (from) => encodeSign1({ ...parts(from), signature: new Uint8Array(64) }),
    ]);
  }

  static async open(dice: Dice): Promise<Forge> {
    const ours = ['K1', 'K2'].map((kid) => withId(generateSigningKey(), kid));
    const genuine: Genuine[] = [];
    for (const [at, firstName] of [...NAMES, ...NAMES].entries()) {
      const signer = nodeSigner(ours[at % ours.length]!);
      const claims: CredentialClaims = {
        credentialId: (at + 1).toString(16).padStart(16, '0'),
        expiresAt: new Date(START + 700 * 86_400_000),
        ...(at % 3 === 0 && { notBefore: new Date(START - 86_400_000) }),
        statusIndex: 1 + dice.below(2 ** 22),
        kind: 'adult',
        firstName,
      };
      const token = await signCredential(claims, signer);
      const bytes = decodeBase32(token)!;
      genuine.push({ kid: signer.kid, claims, token, bytes, payload: decodeSign1(bytes)!.payload });
    }
    const strangers = [1, 2].map(() => {
      const signer = nodeSigner(generateSigningKey());
      return (message: Bytes) => Uint8Array.from(signer.sign(message) as Uint8Array);
    });
    return new Forge(dice, genuine, new NodeVerifyingKeys(ours), strangers);
  }

  make(way: Tampering): { text: string; now: Date } {
    const from = this.dice.pick(this.genuine);
    const now = new Date(START);
    switch (way) {
      case 'altered':
        return { text: this.dressed(this.dice.below(2) === 0 ? this.turnBits(from) : this.swapLetters(from)), now };
      case 'truncated':
        return { text: this.dressed(this.cut(from)), now };
      case 'resigned':
        return { text: this.dressed(encodeBase32(this.dice.pick(this.resigners)(from))), now };
      case 'replayed':
        return { text: this.dressed(from.token), now: this.wrongTime(from) };
      case 'random':
        return { text: this.noise(), now };
    }
  }

  private turnBits({ bytes }: Genuine): string {
    const altered = bytes.slice();
    const places = new Set<number>();
    for (let left = 1 + this.dice.below(4); left > 0; left--) places.add(this.dice.below(bytes.length * 8));
    for (const bit of places) altered[bit >> 3]! ^= 1 << (bit & 7);
    return encodeBase32(altered);
  }

  private swapLetters({ token }: Genuine): string {
    const at = this.dice.below(token.length);
    const other = this.dice.pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'].filter((letter) => letter !== token[at]));
    return token.slice(0, at) + other + token.slice(at + 1);
  }

  /** Cut at either end, doubled, or with a piece of another. */
  private cut(from: Genuine): string {
    const { token } = from;
    const at = 1 + this.dice.below(token.length - 1);
    const other = this.dice.pick(this.others(from)).token;
    return this.dice.pick([
      token.slice(0, at),
      token.slice(at),
      token + token.slice(0, at),
      token.slice(0, at) + other.slice(at - 1),
    ]);
  }

  /** A genuine credential years after its end, at the instant of its end, or before its beginning. */
  private wrongTime({ claims }: Genuine): Date {
    const end = claims.expiresAt.getTime();
    const begin = claims.notBefore?.getTime();
    const times = [
      end,
      end + this.dice.below(1e9),
      ...(begin === undefined ? [] : [begin - 1, begin - this.dice.below(1e9) - 1]),
    ];
    return new Date(this.dice.pick(times));
  }

  private noise(): string {
    switch (this.dice.below(4)) {
      case 0:
        return this.dressed(encodeBase32(this.bytes(this.dice.below(200))));
      case 1:
        // Right at its beginning, noise behind.
        return this.dressed(
          encodeBase32(
            Uint8Array.from([0x84, 0x47, 0xa2, 1, 0x27, 4, 0x42, 0x4b, 0x31, ...this.bytes(this.dice.below(120))]),
          ),
        );
      case 2:
        return String.fromCharCode(...Array.from({ length: this.dice.below(300) }, () => this.dice.below(0x10000)));
      default:
        return this.dressed('A'.repeat(this.dice.below(2_000)));
    }
  }

  private dressed(token: string): string {
    return this.dice.pick(HOSTS) + token + this.dice.pick(['', '', '', '.AB2CD']);
  }

  private bytes(length: number): Bytes {
    return Uint8Array.from({ length }, () => this.dice.below(256));
  }

  private others(from: Genuine): readonly Genuine[] {
    return this.genuine.filter((each) => each !== from);
  }
}

interface Genuine {
  kid: string;
  claims: CredentialClaims;
  token: string;
  bytes: Bytes;
  payload: Bytes;
}

function parts({ bytes }: Genuine) {
  return decodeSign1(bytes)!;
}

function longer(claims: CredentialClaims): Bytes {
  return encodeClaims({ ...claims, expiresAt: new Date(claims.expiresAt.getTime() + 365 * 86_400_000) });
}

function resign(sign: (message: Bytes) => Bytes, protectedHeader: Bytes, payload: Bytes): Bytes {
  return encodeSign1({ protectedHeader, payload, signature: sign(bytesToSign(protectedHeader, payload)) });
}

function withId<Key extends ReturnType<typeof generateSigningKey>>(key: Key, kid: string): Key {
  return { ...key, kid, publicJwk: { ...key.publicJwk, kid }, privateJwk: { ...key.privateJwk, kid } };
}
