import { createHash, randomBytes, randomFillSync } from 'node:crypto';

/** Where the program gets anything unpredictable. Injected, so that the demo can be the same every time. */
export abstract class Chance {
  /** `count` random bytes. */
  abstract bytes(count: number): Buffer;

  /** A secret for a link or a key: 160 random bits as 27 characters of base64url. */
  token(): string {
    return this.bytes(20).toString('base64url');
  }

  /** A code of `count` decimal digits, each equally likely. */
  digits(count: number): string {
    let digits = '';
    while (digits.length < count) digits += this.below(10);
    return digits;
  }

  /** A whole number from 0 up to but not including `limit` (at most 2^32), without modulo bias. */
  below(limit: number): number {
    const ceiling = Math.floor(0x1_0000_0000 / limit) * limit;
    for (;;) {
      const value = this.bytes(4).readUInt32BE(0);
      if (value < ceiling) return value % limit;
    }
  }

  /** One member of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const chosen = list[this.below(list.length)];
    if (chosen === undefined) throw new RangeError('Cannot pick from an empty list');
    return chosen;
  }
}

/** Random bytes asked for at once: asking the system for each few costs more than all else about a request's id. */
const poolBytes = 4096;

/** The operating system's cryptographic random numbers. No byte is given out twice. */
export class SystemChance extends Chance {
  private readonly pool = Buffer.alloc(poolBytes);
  private used = poolBytes;

  /** Several at a time: each request's reference is made of ten. */
  override digits(count: number): string {
    let digits = '';
    for (let left = count; left > 0; left -= 9) {
      const some = Math.min(left, 9);
      digits += String(this.below(10 ** some)).padStart(some, '0');
    }
    return digits;
  }

  bytes(count: number): Buffer {
    if (count > poolBytes / 8) return randomBytes(count);
    if (this.used + count > poolBytes) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const given = Buffer.from(this.pool.subarray(this.used, this.used + count));
    // What was given out must not be found in memory a second time.
    this.pool.fill(0, this.used, this.used + count);
    this.used += count;
    return given;
  }
}

/** The same bytes for the same seed, every time. For demo data and tests only: everybody can guess them. */
export class SeededChance extends Chance {
  private counter = 0;
  private pool = Buffer.alloc(0);

  constructor(private readonly seed: string) {
    super();
  }

  bytes(count: number): Buffer {
    while (this.pool.length < count) {
      const block = createHash('sha512').update(`${this.seed}:${this.counter++}`).digest();
      this.pool = Buffer.concat([this.pool, block]);
    }
    const taken = this.pool.subarray(0, count);
    this.pool = this.pool.subarray(count);
    return taken;
  }
}
