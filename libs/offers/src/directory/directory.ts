import { Database } from '@carers/database';
import { addDays, Clock } from '@carers/kernel';
import { evaluateOffer } from '@carers/offer-rules';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import {
  decodePosition,
  type DirectoryQuery,
  encodePosition,
  type Freshness,
  type Position,
  windowSize,
} from './directory-query.js';
import { byDistance, byRank, byWords, counting, type BoundStatement } from './directory-statements.js';
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
  metres?: number;
  nearest?: ListedBranch;
  inWindow?: number;
  lastRank?: number;
  lastId?: string;
}

/** A question about time is answered here and not in SQL, so more rows are read than shown; at most this many times. */
const mostRounds = 4;
const metresInMile = 1609.344;

/** Lists of published offers, as the public sees them. One statement a page. */
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
    const fresh = await this.freshness();
    return query.usableAt ? this.usable(query, fresh, by, from) : this.page(query, fresh, by, from, query.limit);
  }

  /** How many there are; `mostCounted + 1` stands for more. */
  async count(query: DirectoryQuery): Promise<number> {
    const [row] = await this.run(counting(query, await this.freshness(), Directory.mostCounted + 1));
    return Number(row?.['count'] ?? 0);
  }

  /** The words that a search really looks for: typing mistakes corrected. */
  async corrected(words: readonly string[]): Promise<string[]> {
    const [row] = await this.database.prepared<{ words: string[] }>(
      { name: 'offers-corrected-words', text: 'SELECT offer_words($1) AS words' },
      [words],
    );
    return row?.words ?? [...words];
  }

  /** Which offers are recent enough to be shown today. */
  async freshness(): Promise<Freshness> {
    const today = this.clock.today();
    const { offers } = await this.schemes.policyOn(today);
    return { today, confirmedSince: addDays(today, -offers.hideUnconfirmedAfterDays) };
  }

  /** Reads on until the page is full of offers that may be used at that time, or there has been enough reading. */
  private async usable(
    query: DirectoryQuery,
    fresh: Freshness,
    by: Position['by'],
    from: Position | null,
  ): Promise<DirectoryPage> {
    const found: Listed[] = [];
    let position = from;
    for (let round = 1; ; round++) {
      const rows = Math.min(windowSize, query.limit * 3);
      const page = await this.read(query, fresh, by, position, rows);
      for (const [index, row] of page.rows.entries()) {
        if (!evaluateOffer({ terms: row.line.terms, at: query.usableAt!, findNext: false }).usable) continue;
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
    query: DirectoryQuery,
    fresh: Freshness,
    by: Position['by'],
    from: Position | null,
    rows: number,
  ): Promise<DirectoryPage> {
    const page = await this.read(query, fresh, by, from, rows);
    return { offers: page.rows.map(listedFrom), next: page.next && encodePosition(page.next) };
  }

  /** Up to `rows` rows, and where the rest begins. */
  private async read(query: DirectoryQuery, fresh: Freshness, by: Position['by'], from: Position | null, rows: number) {
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
    distanceMiles: row.metres === undefined ? null : Math.round((row.metres / metresInMile) * 10) / 10,
    nearest: row.nearest ?? null,
  };
}
