import type { LoneTill } from './offline/lone-till.js';
import { dayOf } from './offline/tallies.js';
import type { TillClock } from './offline/till-clock.js';
import type { TillPage } from './page.js';

/** How the till stands with the server. */
export type Touch = 'unknown' | 'on' | 'away';

/** Says when the till last heard of the server, what it judges by, and what waits to be sent. */
export class Standing {
  touch: Touch = 'unknown';

  constructor(
    private readonly page: TillPage,
    private readonly alone: LoneTill,
    private readonly clock: TillClock,
  ) {}

  async show(): Promise<void> {
    const uses = await this.alone.waiting();
    const stuck = uses.filter((use) => use.stuck).length;
    const waiting = uses.length - stuck;
    this.page.root.dataset['touch'] = this.touch;
    this.page.find('[data-state]').textContent = this.sentence();
    this.page.find('[data-lock]').hidden = !this.alone.bundle?.pin;
    const place = this.page.find('[data-waiting]');
    place.textContent = waiting > 0 ? this.page.sayMany('waiting', waiting) : this.page.say('waiting-none');
    const short = this.page.find('[data-waiting-short]');
    short.textContent = waiting > 0 ? this.page.sayMany('waiting', waiting) : '';
    short.hidden = waiting === 0;
    const strange = this.page.find('[data-stuck]');
    strange.hidden = stuck === 0;
    strange.textContent = stuck > 0 ? this.page.sayMany('stuck', stuck) : '';
  }

  /** The time of the status list, with its day where that is another one. */
  listTime(): string {
    return this.timeOf(this.alone.listAsOf);
  }

  /** A time as people say it, with its day where that is not today. */
  timeOf(at: Date | null): string {
    if (!at) return '';
    const time = this.page.formats.clockTime(at);
    if (dayOf(at.getTime()) === dayOf(this.clock.now())) return time;
    return this.page.say('time-on', { time, date: this.page.formats.longDate(at) });
  }

  private sentence(): string {
    const { syncedAt, listAsOf } = this.alone;
    if (this.touch === 'away' && listAsOf) return this.page.say('state-away', { list: this.listTime() });
    if (this.touch === 'away') return this.page.say('state-never');
    return syncedAt ? this.page.say('state-fresh', { time: this.timeOf(syncedAt) }) : '';
  }
}
