import type { Part } from '../figures.js';

/** Figures that are summed day by day, and the parts that each sum is told apart by. */
export const dayParts = {
  signed_up: ['source', 'region'],
  came_back: [],
  left: [],
  agreed: ['channel'],
  withdrew: ['channel'],
  on_list: [],
  reachable: ['channel'],
  unreachable: [],
} as const satisfies Record<string, readonly Part[]> as Readonly<Record<DayFigure, readonly Part[]>>;

export const dayFlows = ['signed_up', 'came_back', 'left', 'agreed', 'withdrew'] as const;
export const dayStocks = ['on_list', 'reachable', 'unreachable'] as const;
export type DayFigure = (typeof dayFlows)[number] | (typeof dayStocks)[number];

/** Figures that are summed for each bulletin, by day and channel. */
export const bulletinFlows = ['sent', 'bounced', 'not_sent'] as const;
export type BulletinFlow = (typeof bulletinFlows)[number];

/** Everybody to whom something happened from one instant to before another: nobody else stands otherwise. */
export function touchedPeople(from: string, until: string): string {
  return ['registration_event', 'consent_event']
    .map((ledger) => `SELECT subscriber_id FROM ${ledger} WHERE at >= ${from} AND at < ${until}`)
    .join(' UNION ');
}
