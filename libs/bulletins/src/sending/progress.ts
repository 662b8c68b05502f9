import { Readable } from 'node:stream';
import { Database } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { isUuid } from '@carers/kernel';
import type { Words } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { type DeliveryState, deliveryStates, type HeldWhy } from './delivery.entity.js';

/** How many copies stand where, by channel. */
export interface Progress {
  channels: { channel: Channel; people: number; states: Partial<Record<DeliveryState, number>> }[];
  held: { why: HeldWhy; people: number }[];
  /** Letters that ought not to have gone, when the print house had them. */
  tooLate: { why: string; people: number }[];
  /** What was spent so far, in pence, rounded up. */
  pence: number;
  failedBatches: { number: number; channel: Channel; error: string | null }[];
}

/** One copy as officers see it. Names and addresses stay with the person. */
export interface DeliveryLine {
  id: string;
  subscriberId: string;
  channel: Channel | null;
  state: DeliveryState;
  held: HeldWhy | null;
  tooLate: string | null;
  error: string | null;
  sentAt: Date | null;
}

const pageSize = 100;
const columns = `id, subscriber_id AS "subscriberId", channel, state, held, too_late AS "tooLate", error, sent_at AS "sentAt"`;

/** Where the copies of a bulletin stand. Reads only. */
@Injectable()
export class ProgressReader {
  constructor(private readonly database: Database) {}

  async of(bulletinId: string): Promise<Progress> {
    const [rows, failedBatches, tooLate] = await Promise.all([
      this.database.query<{
        channel: Channel | null;
        state: DeliveryState;
        held: HeldWhy | null;
        people: number;
        pence: number;
      }>(
        `SELECT channel, state, held, count(*) AS people, coalesce(sum(cost_pence), 0)::float8 AS pence
           FROM delivery WHERE bulletin_id = $1 GROUP BY channel, state, held`,
        [bulletinId],
      ),
      this.database.query<{ number: number; channel: Channel; error: string | null }>(
        `SELECT number, channel, error FROM delivery_batch WHERE bulletin_id = $1 AND state = 'failed'
          ORDER BY channel, number LIMIT 50`,
        [bulletinId],
      ),
      this.database.query<{ why: string; people: number }>(
        `SELECT too_late AS why, count(*)::int AS people FROM delivery
          WHERE bulletin_id = $1 AND too_late IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
        [bulletinId],
      ),
    ]);
    const held = new Map<HeldWhy, number>();
    const channels: Progress['channels'] = (['email', 'post', 'text'] as const).map((channel) => {
      const states: Partial<Record<DeliveryState, number>> = {};
      for (const row of rows) if (row.channel === channel) states[row.state] = (states[row.state] ?? 0) + row.people;
      return { channel, people: Object.values(states).reduce((sum, each) => sum + each, 0), states };
    });
    for (const { held: why, people } of rows) if (why) held.set(why, (held.get(why) ?? 0) + people);
    return {
      channels: channels.filter(({ people }) => people > 0),
      held: [...held].map(([why, people]) => ({ why, people })).sort((one, other) => other.people - one.people),
      pence: Math.ceil(rows.reduce((sum, { pence }) => sum + pence, 0)),
      failedBatches,
      tooLate,
    };
  }

  /** A page of copies in one state, in the order of their ids. */
  async lines(
    bulletinId: string,
    state: string,
    after?: string,
  ): Promise<{ lines: DeliveryLine[]; next: string | null }> {
    const found = await this.database.query<DeliveryLine>(
      `SELECT ${columns} FROM delivery
        WHERE bulletin_id = $1 AND state = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT ${pageSize + 1}`,
      [bulletinId, stateIn(state), after && isUuid(after) ? after : null],
    );
    const lines = found.slice(0, pageSize);
    return { lines, next: found.length > pageSize ? lines.at(-1)!.id : null };
  }

  /** The same as a file, all of them: CSV (UTF-8 with BOM, CRLF), without names and addresses. */
  csv(bulletinId: string, state: string, words: Words): Readable {
    const keys = ['subscriberId', 'channel', 'state', 'held', 'tooLate', 'error', 'sentAt'] as const;
    const file = stringify({
      bom: true,
      header: true,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: keys.map((key) => ({ key, header: words.t(`bulletins:sending.columns.${key}`) })),
    });
    const rows = Readable.from(this.rows(bulletinId, state, words));
    rows.on('error', (error) => file.destroy(error));
    return rows.pipe(file);
  }

  private async *rows(bulletinId: string, state: string, words: Words): AsyncGenerator<Record<string, string>> {
    for (let after: string | undefined; ;) {
      const { lines, next } = await this.lines(bulletinId, state, after);
      for (const line of lines)
        yield {
          subscriberId: line.subscriberId,
          channel: line.channel ? words.t(`bulletins:sending.channels.${line.channel}`) : '',
          state: words.t(`bulletins:sending.states.${line.state}`),
          held: line.held ? words.t(`bulletins:sending.held.${line.held}`) : '',
          tooLate: line.tooLate ? words.t(`bulletins:sending.held.${line.tooLate}`) : '',
          error: line.error ?? '',
          sentAt: line.sentAt?.toISOString() ?? '',
        };
      if (!next) return;
      after = next;
    }
  }
}

function stateIn(text: string): DeliveryState {
  return deliveryStates.find((state) => state === text) ?? 'held';
}
