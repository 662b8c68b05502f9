import { type AudienceCount } from '../audience.js';
import { type DeliveryState, deliveryStates } from '../delivery.entity.js';
import type { Estimate } from '../estimates.js';
import type { Progress } from '../progress.js';

/** The audience and its cost as the page shows them; without a cost while the words have faults. */
export function audienceView(audience: AudienceCount, estimate: Estimate | null) {
  const { byChannel, held } = audience;
  const pence = { email: 0, post: Math.ceil(estimate?.letterPence ?? 0), text: Math.ceil(estimate?.textPence ?? 0) };
  return {
    reached: byChannel.email + byChannel.post + byChannel.text,
    held: audience.people - byChannel.email - byChannel.post - byChannel.text,
    rows: (['email', 'post', 'text'] as const).map((channel) => ({
      channelKey: `bulletins:sending.channels.${channel}`,
      people: byChannel[channel],
      pence: estimate && pence[channel],
    })),
    why: held.map(({ why, people }) => ({ whyKey: `bulletins:sending.held.${why}`, people })),
    letters: byChannel.post > 0,
    segments: estimate?.segments ?? null,
    sheets: byChannel.post > 0 ? (estimate?.sheets ?? null) : null,
    totalPence: estimate?.totalPence ?? null,
  };
}

/** Where its copies stand, as a table: a line for each state that has any, a column for each channel. */
export function progressView(progress: Progress) {
  const { channels } = progress;
  const states = deliveryStates.filter(
    (state) => channels.some((each) => each.states[state]) || heldIn(progress, state),
  );
  return {
    channels: channels.map(({ channel, people }) => ({ key: `bulletins:sending.channels.${channel}`, people })),
    rows: states.map((state) => ({
      state,
      key: `bulletins:sending.states.${state}`,
      cells: channels.map((each) => each.states[state] ?? 0),
    })),
    held: progress.held.map(({ why, people }) => ({ whyKey: `bulletins:sending.held.${why}`, people })),
    tooLate: progress.tooLate.map(({ why, people }) => ({ whyKey: `bulletins:sending.held.${why}`, people })),
    people: channels.reduce((sum, each) => sum + each.people, 0),
    done: channels.reduce((sum, { people, states: at }) => sum + people - (at.waiting ?? 0) - (at.claimed ?? 0), 0),
    pence: progress.pence,
    failedBatches: progress.failedBatches.length,
    errors: [...new Set(progress.failedBatches.flatMap(({ error }) => error ?? []))],
  };
}

/** Who can be reached by nothing stands in no channel's column, but in the line. */
function heldIn({ held }: Progress, state: DeliveryState): boolean {
  return state === 'held' && held.length > 0;
}

/** A time as people type it (9:30am, 9am, 14:05), as `14:05`; null for one that is none. */
export function timeIn(typed: string): string | null {
  const match = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$/i.exec(typed.trim());
  if (!match) return null;
  const half = match[3]?.toLowerCase();
  let hour = Number(match[1]);
  const minute = Number(match[2] ?? '0');
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  else if (match[2] === undefined) return null;
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
