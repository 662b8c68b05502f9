import { createHash } from 'node:crypto';
import {
  type CredentialSigner,
  type ListedStatus,
  packStatuses,
  signStatusChanges,
  signStatusList,
} from '@carers/credentials';
import { Database } from '@carers/database';
import { addDays, Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { CardKeys } from './card-keys.js';
import { StatusListTooOld } from './cards.problems.js';

/** A signed list, ready to be sent. */
export interface SignedList {
  /** A JWT in compact form. */
  jwt: string;
  /** The same for the same content, whichever process made it. */
  etag: string;
}

/** What the statuses of a moment are. */
interface Picture {
  capacity: number;
  /** Seconds since 1970, by the clock that also stamps the changes. */
  now: number;
  invalid: number[] | null;
  suspended: number[] | null;
}

/** What changed since an hour; no `jwt` where the whole list is to be fetched. */
interface ToldChanges {
  /** Seconds since 1970. */
  now: number;
  jwt: string | null;
}

/** How long a process sends what it last made, in milliseconds. */
const believedFor = 4_000;
/** A list is signed anew each hour, changed or not, so that a reader can see that it is still made. */
const resigned = 3_600;
/** After a month without news a list says nothing any more. */
const lasts = 30 * 86_400;
/** Seconds after which a reader should ask anew. */
const ttl = 900;
/** An expired card stays listed a few days, for tills whose clock is slow. */
const graceDays = 7;
/** How far back changes are told, in seconds. */
const changesFor = 7 * 86_400;
/** A change is stamped before it can be seen, at the end of its transaction; so earlier ones are told again. In seconds. */
const overlap = 900;
/** With more of them the whole list is shorter. */
const mostChanges = 20_000;
/** Changes are told from the hour on: that is the `iat` of a list, and whoever asks for other instants costs no more. */
const grain = 3_600;
/** There are 168 hours in a week; instants that are yet to come are somebody's mistake. */
const mostTold = 200;

/** The signed status list of all credentials, and what changed in it: for whoever checks cards without asking us. */
@Injectable()
export class StatusLists {
  private kept: { bytes: Uint8Array; from: string; signed: SignedList } | null = null;
  private readAt = -Infinity;
  private reading: Promise<SignedList> | null = null;
  private readonly told = new Map<string, { at: number; changes: Promise<ToldChanges> }>();

  constructor(
    private readonly database: Database,
    private readonly keys: CardKeys,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The whole list, at most five seconds old. */
  async whole(): Promise<SignedList> {
    // The machine's steady clock: a test that holds the time still must not hold the list still too.
    if (this.kept && performance.now() - this.readAt < believedFor) return this.kept.signed;
    this.reading ??= this.make().finally(() => (this.reading = null));
    return this.reading;
  }

  /**
   * The present status of each credential whose listed status changed since an instant, as a signed JWT at most five
   * seconds old. It begins with the hour of that instant, and is made once in that time, however many ask.
   * @param since seconds since 1970: the `iat` of the list or of the changes that the reader has
   * @throws StatusListTooOld
   */
  async changesSince(since: number): Promise<string> {
    const { now, jwt } = await this.changesFrom(Math.floor(since / grain) * grain);
    if (jwt === null || now - since > changesFor) throw new StatusListTooOld();
    return jwt;
  }

  private async changesFrom(hour: number): Promise<ToldChanges> {
    const signer = await this.keys.signer();
    // By key as well: what was signed with a key that is revoked since is not sent any more.
    const which = `${hour} ${signer.kid}`;
    const told = this.told.get(which);
    if (told && performance.now() - told.at < believedFor) return told.changes;
    if (this.told.size >= mostTold) this.told.clear();
    const changes = this.makeChanges(hour, signer);
    this.told.set(which, { at: performance.now(), changes });
    // That the database was away is not kept.
    changes.catch(() => this.told.delete(which));
    return changes;
  }

  private async makeChanges(hour: number, signer: CredentialSigner): Promise<ToldChanges> {
    const rows = await this.database.query<{
      capacity: number;
      now: number;
      index: number | null;
      status: ListedStatus;
    }>(
      `SELECT capacity, extract(epoch FROM now())::float8 AS now, changed.status_index AS index, changed.listed_status AS status
         FROM status_list LEFT JOIN LATERAL (
           SELECT status_index, listed_status FROM credential
            -- Nothing is looked up for whoever is refused: anybody may ask.
            WHERE listed_changed_at >= to_timestamp($1) AND to_timestamp($3) >= now()
            ORDER BY listed_changed_at DESC LIMIT $2) changed ON true`,
      [Math.max(0, hour - overlap), mostChanges + 1, hour + grain + changesFor],
    );
    const { capacity, now } = rows[0]!;
    if (now - hour > changesFor + grain || rows.length > mostChanges) return { now, jwt: null };
    const changes = rows.flatMap(({ index, status }) => (index === null ? [] : [[index, status] as const]));
    const signed = { issuedAt: instant(now), since: instant(hour), size: capacity, changes };
    return { now, jwt: await signStatusChanges(signed, signer) };
  }

  private async make(): Promise<SignedList> {
    const [picture, signer] = await Promise.all([this.read(), this.keys.signer()]);
    const bytes = pack(picture);
    const issued = Math.floor(picture.now / resigned) * resigned;
    const from = `${signer.kid} ${issued}`;
    if (this.kept?.from !== from || Buffer.compare(this.kept.bytes, bytes) !== 0) {
      const jwt = await signStatusList(
        {
          url: `${this.settings.publicUrl}/api/v1/status-list`,
          bytes,
          issuedAt: instant(issued),
          expiresAt: instant(issued + lasts),
          ttl,
        },
        signer,
      );
      const etag = `"${createHash('sha256').update(jwt).digest('base64url').slice(0, 27)}"`;
      this.kept = { bytes, from, signed: { jwt, etag } };
    }
    this.readAt = performance.now();
    return this.kept.signed;
  }

  private async read(): Promise<Picture> {
    const [picture] = await this.database.query<Picture>(
      `SELECT capacity, extract(epoch FROM now())::float8 AS now, listed.*
         FROM status_list, (
           SELECT array_agg(status_index) FILTER (WHERE listed_status = 1) AS invalid,
                  array_agg(status_index) FILTER (WHERE listed_status = 2) AS suspended
             FROM credential WHERE listed_status <> 0 AND listed_until >= $1) listed`,
      [addDays(this.clock.today(), -graceDays)],
    );
    return picture!;
  }
}

/** A place beyond the list would be refused by every reader, so leaving it out lets nobody in. */
function pack({ capacity, invalid, suspended }: Picture): Uint8Array {
  const listed = [
    ...(invalid ?? []).map((index) => [index, 1] as const),
    ...(suspended ?? []).map((index) => [index, 2] as const),
  ];
  return packStatuses(
    capacity,
    listed.filter(([index]) => index < capacity),
  );
}

function instant(seconds: number): Date {
  return new Date(seconds * 1000);
}
