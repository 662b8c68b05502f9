import type { Chance } from './chance.js';
import type { Clock } from './clock.js';

/**
 * Makes ids: UUID version 7 (RFC 9562), so rows lie on disk in the order they were made.
 * An id is public and guessable; what must not be guessed comes from `Chance.token()`.
 */
export class Ids {
  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  next(): string {
    const bytes = this.chance.bytes(16);
    const id = Buffer.from(bytes);
    id.writeUIntBE(this.clock.now().getTime(), 0, 6);
    id[6] = 0x70 | ((id[6] ?? 0) & 0x0f);
    id[8] = 0x80 | ((id[8] ?? 0) & 0x3f);
    const hex = id.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the text form of any UUID: check before a path parameter reaches PostgreSQL. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
