import { Database } from '@carers/database';
import { addDays, Clock, dateInLondon } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { isUsableThen } from './asked-time.js';
import {
  decodePosition,
  type DirectoryQuery,
  encodePosition,
  type Freshness,
  type Position,
  windowSize,
} from './directory-query.js';
import {
  type Asked,
  type BoundStatement,
  byDistance,
  byRank,
  byWords,
  counting,
  milesOf,
} from './directory-statements.js';
import type { Listed, ListedBranch, ListedLine } from './listing.js';

export interface DirectoryPage {
  offers: Listed[];
  /** Where the next page begins; null after the last. */
  next: string | null;
}

interface Row {
  [column: string]: unknown;
  id: string;
  regionId: string;
  line: ListedLine;
  rank?: number;
  apart?: number;
  nearest?: ListedBranch;
  inWindow?: number;
  lastRank?: number;
  lastId?: string;
}

/**
 * A question about time is answered by the rules. SQL has passed over what is closed in that hour, so hardly more rows are
 * read than shown; at most this many times.
 */
const mostRounds = 5;

/** Lists of published offers, as the public sees them: one statement a page, and one before it for words. */
@Injectable()
export class Directory {
  static readonly mostCounted = 1_000;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
  ) {}

  /** One page of what was asked for. @throws InvalidInput for a cursor that is not ours */
  async list(query: DirectoryQuery): Promise<DirectoryPage> {
    const by = query.near ? 'distance' : query.words?.length ? 'words' : 'rank';
    const from = query.cursor === undefined ? null : decodePosition(query.cursor, by);
    const [fresh, asked] = await Promise.all([this.freshness(), this.asked(query)]);
    if (!asked) return { offers: [], next: null };
    if (!query.usableAt) return this.page(asked, fresh, by, from, query.limit);
    return this.usable(asked, freshThen(fresh, dateInLondon(query.usableAt.from)), by, from);
  }

  /** How many there are; `mostCounted + 1` stands for more. */
  async count(query: DirectoryQuery): Promise<number> {
    const [fresh, asked] = await Promise.all([this.freshness(), this.asked(query)]);
    if (!asked) return 0;
    const [row] = await this.run(counting(asked, fresh, Directory.mostCounted + 1));
    return Number(row?.['count'] ?? 0);
  }

  /** The words that a search really looks for: typing mistakes corrected. */
  async corrected(words: readonly string[]): Promise<string[]> {
    return (await this.search(words)).words;
  }

  /** Which offers are recent enough to be shown today. */
  async freshness(): Promise<Freshness> {
    const today = this.clock.today();
    const { offers } = await this.schemes.policyOn(today);
    return { today, confirmedSince: addDays(today, -offers.hideUnconfirmedAfterDays) };
  }

  /** The question with its words made ready; null when they are none that can be looked for, such as "the". */
  private async asked({ words, ...query }: DirectoryQuery): Promise<Asked | null> {
    if (!words?.length) return query;
    const { tsquery } = await this.search(words);
    return tsquery === null ? null : { ...query, tsquery };
  }

  /**
   * A statement of its own before the list's: worked out inside that, the words would be worked out for each row, and
   * the planner would not know how common they are.
   */
  private async search(words: readonly string[]): Promise<{ words: string[]; tsquery: string | null }> {
    const [row] = await this.database.prepared<{ words: string[]; tsquery: string | null }>(
      {
        name: 'offers-search-words',
        text: 'SELECT words, offer_query(words)::text AS tsquery FROM offer_words($1) AS words',
      },
      [words],
    );
    return row ?? { words: [...words], tsquery: null };
  }

  /** Reads on until the page is full of offers that may be used at that time, or there has been enough reading. */
  private async usable(
    query: Asked,
    fresh: Freshness,
    by: Position['by'],
    from: Position | null,
  ): Promise<DirectoryPage> {
    const found: Listed[] = [];
    let position = from;
    for (let round = 1; ; round++) {
      const rows = round === 1 ? Math.min(windowSize, query.limit * 2) : windowSize;
      const page = await this.read(query, fresh, by, position, rows);
      for (const [index, row] of page.rows.entries()) {
        if (!isUsableThen(row.line.terms, query.usableAt!)) continue;
        found.push(listedFrom(row));
        if (found.length < query.limit) continue;
        const next = index < page.rows.length - 1 ? positionAfter(by, row, position, index + 1) : page.next;
        return { offers: found, next: next && encodePosition(next) };
      }
      if (!page.next || round === mostRounds) return { offers: found, next: page.next && encodePosition(page.next) };
      position = page.next;
    }
  }

  private async page(
    query: Asked,
    fresh: Freshness,
    by: Position['by'],
    from: Position | null,
    rows: number,
  ): Promise<DirectoryPage> {
    const page = await this.read(query, fresh, by, from, rows);
    return { offers: page.rows.map(listedFrom), next: page.next && encodePosition(page.next) };
  }

  /** Up to `rows` rows, and where the rest begins. */
  private async read(query: Asked, fresh: Freshness, by: Position['by'], from: Position | null, rows: number) {
    const bind = { rank: byRank, distance: byDistance, words: byWords }[by];
    // One more than is shown tells whether there is another page.
    const found = await this.run(bind(query, fresh, from, rows + 1));
    const shown = found.slice(0, rows);
    const last = shown.at(-1);
    if (!last) return { rows: shown, next: null };
    if (found.length > rows) return { rows: shown, next: positionAfter(by, last, from, shown.length) };
    const windowIsFull = by === 'words' && last.inWindow === windowSize;
    const after = { rank: last.lastRank!, id: last.lastId! };
    return { rows: shown, next: windowIsFull ? ({ by: 'words', after, offset: 0 } as const) : null };
  }

  private run({ statement, values }: BoundStatement): Promise<Row[]> {
    return statement.name === null
      ? this.database.query<Row>(statement.text, values)
      : this.database.prepared<Row>(statement, values);
  }
}

/** An offer's last opening may go on after midnight of its last day: an ended one can be usable on the day after. */
function freshThen(fresh: Freshness, day: string): Freshness {
  return day < fresh.today ? fresh : { ...fresh, today: addDays(day, -1) };
}

/** The position behind a row. @param passed rows of this page up to and with it, which matters inside a window only */
function positionAfter(by: Position['by'], row: Row, from: Position | null, passed: number): Position {
  if (by === 'rank') return { by, rank: row.rank!, id: row.id };
  if (by === 'distance') return { by, apart: row.apart!, id: row.id };
  const window = from?.by === 'words' ? from : { after: null, offset: 0 };
  return { by, after: window.after, offset: window.offset + passed };
}

function listedFrom(row: Row): Listed {
  return {
    id: row.id,
    regionId: row.regionId,
    line: row.line,
    distanceMiles: row.apart === undefined ? null : Math.round(milesOf(row.apart) * 10) / 10,
    nearest: row.nearest ?? null,
  };
}
