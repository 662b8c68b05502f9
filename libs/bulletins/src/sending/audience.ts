import { Database, type Tx } from '@carers/database';
import { type Channel, Segments, type Where } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type BulletinRow, segmentOf } from './bulletin-row.js';
import type { HeldWhy } from './delivery.entity.js';

/** How many a bulletin would go to, or goes to. */
export interface AudienceCount {
  /** Everybody who said yes to this purpose and fits the segment. */
  people: number;
  /** Of them, who can be sent it, by what. */
  byChannel: Record<Channel, number>;
  /** Letters to people who need large print: they have more pages. */
  largePrint: number;
  /** Of them, who cannot, and why; the weightiest reason of each. */
  held: { why: HeldWhy; people: number }[];
}

/** Copies that one job sends. */
export const batchSize: Record<Channel, number> = { email: 500, text: 500, post: 1000 };

/**
 * Who gets a bulletin. Everybody in the segment who said yes to its purpose by at least one channel, once, by one
 * channel: the one by which they want to hear about the card where they said yes to it too, else e-mail, then post,
 * then text. A channel counts only with an address that is not suppressed. Who is left with none is held, and why.
 */
@Injectable()
export class Audience {
  constructor(
    private readonly database: Database,
    private readonly segments: Segments,
    private readonly clock: Clock,
  ) {}

  /** As of now, for the page on which somebody decides. */
  async count(bulletin: Pick<BulletinRow, 'carersServiceId' | 'purpose' | 'segment'>): Promise<AudienceCount> {
    const { sql, params } = this.chosen(bulletin);
    const rows = await this.database.query<{
      channel: Channel | null;
      held: HeldWhy | null;
      people: number;
      large: number;
    }>(
      `SELECT channel, held, count(*)::int AS people, count(*) FILTER (WHERE large)::int AS large
         FROM (${sql}) AS chosen GROUP BY channel, held`,
      params,
    );
    const byChannel: Record<Channel, number> = { email: 0, text: 0, post: 0 };
    for (const { channel, held, people } of rows) if (channel && !held) byChannel[channel] += people;
    return {
      people: rows.reduce((sum, { people }) => sum + people, 0),
      byChannel,
      largePrint: rows.find(({ channel, held }) => channel === 'post' && !held)?.large ?? 0,
      held: rows
        .flatMap(({ held, people }) => (held ? [{ why: held, people }] : []))
        .sort((one, other) => other.people - one.people || one.why.localeCompare(other.why)),
    };
  }

  /**
   * Writes a delivery for each of them, and the batches that jobs send, in one statement. From here on who gets it is
   * fixed, though whoever says no later is still left out. Lock the bulletin first.
   * @returns how many can be sent it
   */
  async freeze(tx: Tx, bulletin: BulletinRow): Promise<number> {
    const { sql, params } = this.chosen(bulletin, 3);
    // A hundred thousand rows are seconds of work: more than other statements may take.
    await tx.query('SET LOCAL statement_timeout = 0');
    const size = `CASE channel WHEN 'email' THEN ${batchSize.email} WHEN 'text' THEN ${batchSize.text} ELSE ${batchSize.post} END`;
    const batchId = `md5($1::uuid::text || channel || batch)::uuid`;
    const [row] = (await tx.query(
      `WITH chosen AS MATERIALIZED (${sql}),
            numbered AS (
              SELECT *, (row_number() OVER (PARTITION BY held IS NULL, channel ORDER BY subscriber_id) - 1) / ${size} AS batch
                FROM chosen),
            batches AS (
              INSERT INTO delivery_batch (id, bulletin_id, channel, number, people, state, turn, tries, due_at)
              SELECT ${batchId}, $1::uuid, channel, batch + 1, count(*), 'waiting', 0, 0, $2::timestamptz
                FROM numbered WHERE held IS NULL GROUP BY channel, batch),
            deliveries AS (
              INSERT INTO delivery (id, bulletin_id, subscriber_id, batch_id, channel, state, held, tries, doubts)
              SELECT gen_random_uuid(), $1::uuid, subscriber_id, CASE WHEN held IS NULL THEN ${batchId} END, channel,
                     CASE WHEN held IS NULL THEN 'waiting' ELSE 'held' END, held, 0, 0
                FROM numbered RETURNING state)
       SELECT count(*) FILTER (WHERE state = 'waiting')::int AS people FROM deliveries`,
      [bulletin.id, this.clock.now(), ...params],
    )) as { people: number }[];
    // Nothing is known yet of the rows that workers are about to look for.
    await tx.query('ANALYZE delivery, delivery_batch');
    return row!.people;
  }

  /** A row for each person: `subscriber_id`, `channel`, `large`, `held`. */
  private chosen(bulletin: Pick<BulletinRow, 'carersServiceId' | 'purpose' | 'segment'>, first = 1): Where {
    const [service, purpose, today] = [0, 1, 2].map((at) => `$${first + at}`);
    const segment = this.segments.where(segmentOf(bulletin), first + 3);
    return {
      sql: `
        SELECT s.id AS subscriber_id, way.channel, s.format = 'large_print' AS large,
               CASE WHEN hold.reason IS NOT NULL THEN hold.reason
                    WHEN s.paused_until > ${today}::date THEN 'paused'
                    WHEN way.channel IS NULL THEN coalesce(${channels.map((channel) => `CASE WHEN may.${channel} THEN stop.${channel} END`).join(', ')}, 'no_address')
                    -- A letter is no use to them: officers record it for them.
                    WHEN way.channel = 'post' AND s.format = 'audio' THEN 'audio' END AS held
          FROM subscriber s JOIN cardholder c ON c.id = s.cardholder_id
          LEFT JOIN subscriber_post_key key ON key.subscriber_id = s.id
          LEFT JOIN (
            SELECT subscriber_id, (array_agg(reason ORDER BY array_position('{deceased,moved_away,under_review}'::text[], reason)))[1] AS reason
              FROM subscriber_hold WHERE active GROUP BY 1) hold ON hold.subscriber_id = s.id
          ${channels.map(stopsOf).join('\n')}
          CROSS JOIN LATERAL (
            SELECT ${channels.map((channel) => `coalesce(${everybody[channel]}.reason, ${them[channel]}.reason) AS ${channel}`).join(', ')}) stop
          CROSS JOIN LATERAL (
            SELECT ${channels.map((channel) => `${there[channel]} IS NOT NULL AND ${purpose}::text || ' ${channel}' = ANY(s.reach) AS ${channel}`).join(', ')}) may
          CROSS JOIN LATERAL (
            SELECT CASE ${[...channels.map((channel) => `WHEN c.contact_channel = '${channel}' AND ${open(channel)} THEN '${channel}'`), ...channels.map((channel) => `WHEN ${open(channel)} THEN '${channel}'`)].join(' ')} END AS channel) way
         WHERE s.carers_service_id = ${service}::uuid AND s.left_at IS NULL
           AND s.reach && ARRAY[${purpose}::text || ' email', ${purpose}::text || ' post', ${purpose}::text || ' text']
           AND ${segment.sql}`,
      params: [bulletin.carersServiceId, bulletin.purpose, this.clock.today(), ...segment.params],
    };
  }
}

/** In the order in which they are taken, where nobody has a way of their own. */
const channels = ['email', 'post', 'text'] as const;

/** Where each leads, if it leads anywhere. */
const there: Record<Channel, string> = { email: 'c.email_hash', post: 'c.address', text: 'c.mobile_hash' };

/** The hash that a suppressed address is known by. */
const hash: Record<Channel, string> = { email: 'c.email_hash', post: 'key.address_hash', text: 'c.mobile_hash' };

/** Aliases: suppressed for everybody there, and for them alone. */
const everybody: Record<Channel, string> = { email: 'email_all', post: 'post_all', text: 'text_all' };
const them: Record<Channel, string> = { email: 'email_one', post: 'post_one', text: 'text_one' };

const open = (channel: Channel) => `may.${channel} AND stop.${channel} IS NULL`;

/** Joined as sets: looked up for each person, a hundred thousand people take a minute. */
const stopsOf = (channel: Channel) => `
  LEFT JOIN (SELECT address_hash, min(reason) AS reason FROM suppressed_address
              WHERE channel = '${channel}' AND name_hash = '' GROUP BY 1) ${everybody[channel]}
    ON ${everybody[channel]}.address_hash = ${hash[channel]}
  LEFT JOIN (SELECT address_hash, name_hash, min(reason) AS reason FROM suppressed_address
              WHERE channel = '${channel}' AND name_hash <> '' GROUP BY 1, 2) ${them[channel]}
    ON ${them[channel]}.address_hash = ${hash[channel]} AND ${them[channel]}.name_hash = key.name_hash`;
