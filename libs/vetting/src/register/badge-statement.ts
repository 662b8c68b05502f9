import { CardKeys } from '@carers/cards';
import { signJws } from '@carers/credentials';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { instantOf } from '@carers/offers';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { RegisterEntry } from './register.js';

/** The media type without `application/`: a statement of another sort that the same key signed is never taken for one. */
export const badgeType = 'accreditation-badge+jwt';
/**
 * A statement is good for so many seconds, and never beyond the day on which what it says ends. Short: a copy outlives a
 * suspension by no more than this, and whoever wants to check has a new one at once.
 */
const lasts = 6 * 3_600;
/** Made anew each hour, so that the same hour gives the same text. */
const grain = 3_600;

/** The signed statement behind a badge. Anybody can check it with the scheme's published keys. */
@Injectable()
export class BadgeStatement {
  constructor(
    private readonly keys: CardKeys,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** A compact JWS (RFC 7515) with the claims of a JWT (RFC 7519); null while nothing is in force. */
  async of(entry: RegisterEntry): Promise<string | null> {
    const held = entry.parts.filter(({ status }) => status === 'accredited');
    if (held.length === 0) return null;
    const { publicUrl } = this.settings;
    const issued = Math.floor(this.clock.now().getTime() / 1000 / grain) * grain;
    const first = held.map(({ until }) => until).sort()[0]!;
    const claims = {
      iss: publicUrl,
      sub: `${publicUrl}/register/${entry.slug}`,
      iat: issued,
      exp: Math.min(issued + lasts, endOf(first)),
      business: { slug: entry.slug, name: entry.name },
      accreditations: held.map(({ programme, since, until }) => ({ programme, status: 'accredited', since, until })),
    };
    return signJws(badgeType, claims, await this.keys.signer());
  }
}

/** Seconds since 1970 at which a day in London is over. */
function endOf(day: LocalDate): number {
  return Math.floor(instantOf(`${addDays(day, 1)}T00:00`)!.getTime() / 1000);
}
