/** Numbers that happen in a month. */
export const flows = ['signed_up', 'came_back', 'left', 'agreed', 'withdrew', 'sent', 'bounced', 'not_sent'] as const;
export type Flow = (typeof flows)[number];

/** Numbers that are so at an instant. */
export const stocks = ['on_list', 'reachable', 'unreachable', 'paused', 'held'] as const;
export type Stock = (typeof stocks)[number];

export type Figure = Flow | Stock;

/** What a figure can be told apart by. */
export const parts = ['source', 'channel', 'region'] as const;
export type Part = (typeof parts)[number];

/** What the column of `eventsOf` is called that tells a part. */
export const columnOf: Readonly<Record<Part, string>> = { source: 'source', channel: 'channel', region: 'region_id' };

export function isFlow(figure: string): figure is Flow {
  return (flows as readonly string[]).includes(figure);
}

export function isStock(figure: string): figure is Stock {
  return (stocks as readonly string[]).includes(figure);
}

/** Which events are looked at, as SQL. Each narrows what is read, never what an event means. */
export interface Span {
  /** Nothing at or after this instant; left out, `$1`. */
  until?: string;
  /** Of what happens: nothing before this instant. */
  since?: string;
  /** Of what stands: only of these people, a SELECT of `subscriber_id`. */
  people?: string;
  /** Of copies: only of these bulletins, a SELECT of ids. */
  bulletins?: string;
  /** Of copies: these instead of `delivery`, with its columns. */
  copies?: string;
}

/**
 * The events that make each figure, as a SELECT whose `$1` is the instant as of which they are looked at. Columns: id, subscriber_id,
 * at, carers_service_id, region_id, source, channel, how, pence. A number counts these rows, and opens to them. Everything has its
 * subscriber; a LEFT JOIN lets PostgreSQL leave the table out where nothing of it is asked for.
 */
export function eventsOf(figure: Figure, span: Span = {}): string {
  return sources[figure](span);
}

const sources: Readonly<Record<Figure, (span: Span) => string>> = {
  signed_up: registration('registered'),
  came_back: registration('returned'),
  left: registration('left'),
  agreed: consent('given'),
  withdrew: consent('withdrawn'),
  // A letter counts from when its print run was handed over.
  sent: delivery('coalesce(d.sent_at, d.settled_at)', `('sent', 'delivered', 'bounced', 'printed')`),
  bounced: delivery('d.settled_at', `('bounced')`),
  not_sent: delivery('coalesce(d.settled_at, b.frozen_at)', `('held', 'failed')`),
  on_list: (span) => standing('true', span),
  // One row for each channel that somebody said yes to, for information for carers.
  reachable: (
    span,
  ) => `SELECT said.id, list.subscriber_id, said.at, list.carers_service_id, list.region_id, list.source,
      said.channel, said.how, NULL::numeric AS pence
    FROM (${standing('true', span)}) list
    JOIN (${lastSaid(span)}) said ON said.subscriber_id = list.subscriber_id AND said.decision = 'given'`,
  unreachable: (span) =>
    standing(
      `NOT EXISTS (SELECT FROM (${lastSaid(span)}) said
        WHERE said.subscriber_id = last.subscriber_id AND said.decision = 'given')`,
      span,
    ),
  // Few take a break or are held: only their registrations are read.
  paused: (span) => standing('true', { ...span, people: pausedOf(until(span)) }),
  held: (span) => standing('true', { ...span, people: heldOf(until(span)) }),
};

function until({ until: instant = '$1' }: Span): string {
  return `${instant}::timestamptz`;
}

function pausedOf(instant: string): string {
  return `SELECT last.subscriber_id FROM (
      SELECT DISTINCT ON (p.subscriber_id) p.subscriber_id, (p.changes ->> 'pausedUntil')::date AS until
        FROM registration_event p WHERE p.at < ${instant} AND p.changes ? 'pausedUntil'
       ORDER BY p.subscriber_id, p.number DESC) last
    WHERE last.until >= (${instant} AT TIME ZONE 'Europe/London')::date`;
}

function heldOf(instant: string): string {
  return `SELECT last.subscriber_id FROM (
      SELECT DISTINCT ON (h.subscriber_id, h.reason) h.subscriber_id, h.fact FROM subscriber_hold_event h
       WHERE h.at < ${instant} ORDER BY h.subscriber_id, h.reason, h.number DESC) last WHERE last.fact = 'held'`;
}

function registration(fact: string) {
  return (span: Span) => `SELECT r.id, r.subscriber_id, r.at, r.carers_service_id, r.region_id, s.source_kind AS source,
      NULL::text AS channel, r.how, NULL::numeric AS pence
    FROM registration_event r LEFT JOIN subscriber s ON s.id = r.subscriber_id
   WHERE r.fact = '${fact}' AND r.at < ${until(span)} ${since('r.at', span)}`;
}

function consent(decision: string) {
  return (
    span: Span,
  ) => `SELECT c.id, c.subscriber_id, c.at, c.carers_service_id, s.region_id, s.source_kind AS source, c.channel, c.how,
      NULL::numeric AS pence
    FROM consent_event c LEFT JOIN subscriber s ON s.id = c.subscriber_id
   WHERE c.purpose = 'carers_information' AND c.decision = '${decision}' AND c.at < ${until(span)} ${since('c.at', span)}`;
}

function delivery(at: string, states: string) {
  return (
    span: Span,
  ) => `SELECT d.id, d.subscriber_id, ${at} AS at, b.carers_service_id, s.region_id, s.source_kind AS source, d.channel,
      coalesce(d.held, d.state) AS how, d.cost_pence AS pence
    FROM ${span.copies ?? 'delivery'} d JOIN bulletin b ON b.id = d.bulletin_id LEFT JOIN subscriber s ON s.id = d.subscriber_id
   WHERE d.state IN ${states} AND ${at} < ${until(span)} ${since(at, span)} ${among('d.bulletin_id', span.bulletins)}`;
}

/** Who is on a list, by what last happened to their registration. */
function standing(more: string, span: Span): string {
  return `SELECT last.id, last.subscriber_id, last.at, last.carers_service_id, last.region_id, s.source_kind AS source,
      NULL::text AS channel, last.how, NULL::numeric AS pence
    FROM (SELECT DISTINCT ON (r.subscriber_id) r.id, r.subscriber_id, r.at, r.carers_service_id, r.region_id, r.how,
                 sum(CASE r.fact WHEN 'left' THEN -1 WHEN 'registered' THEN 1 WHEN 'returned' THEN 1 ELSE 0 END)
                   OVER (PARTITION BY r.subscriber_id) AS places
            FROM registration_event r WHERE r.at < ${until(span)} ${among('r.subscriber_id', span.people)}
           ORDER BY r.subscriber_id, r.number DESC) last
    LEFT JOIN subscriber s ON s.id = last.subscriber_id
   WHERE last.places > 0 AND ${more}`;
}

/**
 * What everybody last said to information for carers, by channel: to the service they are with, not to one before it. The last
 * word is read off an index, and only then held against the last move to another service: what was said before it no longer counts.
 */
function lastSaid(span: Span): string {
  return `SELECT c.id, c.subscriber_id, c.channel, c.decision, c.at, c.how FROM (
      SELECT DISTINCT ON (e.subscriber_id, e.channel) e.id, e.subscriber_id, e.channel, e.decision, e.at, e.how
        FROM consent_event e
       WHERE e.purpose = 'carers_information' AND e.at < ${until(span)} ${among('e.subscriber_id', span.people)}
       ORDER BY e.subscriber_id, e.channel, e.number DESC) c
    LEFT JOIN (SELECT m.subscriber_id, max(m.at) AS at FROM registration_event m
      JOIN registration_event before ON before.subscriber_id = m.subscriber_id AND before.number = m.number - 1
       AND before.carers_service_id <> m.carers_service_id
      WHERE m.fact = 'moved' AND m.at < ${until(span)} ${among('m.subscriber_id', span.people)}
      GROUP BY m.subscriber_id) moved USING (subscriber_id)
   WHERE moved.at IS NULL OR c.at >= moved.at`;
}

function since(at: string, span: Span): string {
  return span.since ? `AND ${at} >= ${span.since}::timestamptz` : '';
}

function among(column: string, select: string | undefined): string {
  return select ? `AND ${column} IN (${select})` : '';
}
