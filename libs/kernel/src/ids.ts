import type { Chance } from './chance.js';
import type { Clock } from './clock.js';

/** Where the counter starts in a new millisecond: below half of what it holds, so that it has room to grow. */
const startsBelow = 2 ** 31;

/**
 * Makes ids: UUID version 7 (RFC 9562), so rows lie on disk in the order they were made.
 * Ids made by one process within one millisecond keep their order too: a counter of 32 bits stands behind the time
 * (section 6.2, method 1), in `rand_a` and the first 20 bits of `rand_b`; 42 random bits follow.
 * An id is public and guessable; what must not be guessed comes from `Chance.token()`.
 */
export class Ids {
  private last = -1;
  private counter = 0;

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  next(): string {
    const id = Buffer.from(this.chance.bytes(16));
    const at = this.clock.now().getTime();
    this.counter = at === this.last ? this.counter + 1 : id.readUInt32BE(6) % startsBelow;
    this.last = at;
    id.writeUIntBE(at, 0, 6);
    id.writeUInt16BE(0x7000 | (this.counter >>> 20), 6);
    id.writeUInt16BE(0x8000 | ((this.counter >>> 6) & 0x3fff), 8);
    id[10] = ((this.counter & 0x3f) << 2) | (id[10]! & 3);
    const hex = id.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the text form of any UUID: check before a path parameter reaches PostgreSQL. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
