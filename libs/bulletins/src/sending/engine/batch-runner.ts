import type { Channel } from '@carers/information-service';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { BulletinContents } from '../../writing/bulletin-contents.js';
import { ProviderAway } from '../providers.js';
import { ProviderStates } from '../provider-states.js';
import { QuietHours } from '../quiet-hours.js';
import { SendingEnds } from '../sending-ends.js';
import { Batches, type ClaimedBatch } from './batches.js';
import type { Courier } from './courier.js';
import { EmailCourier } from './email-courier.js';
import { SenderGone, type SenderSession } from './sender-session.js';
import { Senders } from './senders.js';
import { StopWatch } from './stop-watch.js';
import { NotifyCourier } from './notify-courier.js';

/** Copies claimed at a time: between the last door's answer and the hand-over of one lie at most so many others. */
const claimedAtOnce = 100;

/** Sends one batch: takes it, claims some copies, has them carried, and claims the next meanwhile. */
@Injectable()
export class BatchRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger('bulletins');
  private readonly running = new Set<Promise<void>>();
  private ending = false;

  constructor(
    private readonly senders: Senders,
    private readonly batches: Batches,
    private readonly contents: BulletinContents,
    private readonly providers: ProviderStates,
    private readonly ends: SendingEnds,
    private readonly quiet: QuietHours,
    private readonly stops: StopWatch,
    private readonly emails: EmailCourier,
    private readonly notify: NotifyCourier,
  ) {}

  async run(batchId: string): Promise<void> {
    const running = this.send(batchId);
    this.running.add(running);
    await running.finally(() => this.running.delete(running));
  }

  /** Lets what is under way end, and begins nothing more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await Promise.allSettled(this.running);
  }

  private async send(batchId: string): Promise<void> {
    if (this.ending) return;
    await this.senders.sweep();
    const session = await this.senders.mine();
    const batch = await this.batches.take(batchId, session.number);
    if (!batch) return;
    let trouble: { error?: string; until?: Date } = {};
    try {
      const until = await this.mayNotBefore(batch.channel);
      if (until) trouble = { until };
      else await this.carryAll(batch, session);
    } catch (error) {
      // Its rows are put back by whoever sees that the number is free: nothing is left to do here.
      if (error instanceof SenderGone) throw error;
      if (error instanceof ProviderAway)
        trouble = { until: await this.providers.wentAway(this.providers.of(batch.channel), error) };
      else trouble = { error: nameOf(error) };
      this.logger.warn(`Batch ${batch.id}: ${nameOf(error)}`);
    }
    await this.batches.leave(batch, session.number, trouble);
    await this.ends.endIfDone(batch.bulletin.id);
  }

  private async carryAll(batch: ClaimedBatch, session: SenderSession): Promise<void> {
    const bulletin = await this.contents.frozen(batch.bulletin.id);
    const courier = this.courierOf(batch.channel);
    const stop = this.stops.watch(batch.bulletin.id);
    const stopped = () => this.ending || stop.stopped;
    const claim = () => (stopped() ? Promise.resolve([]) : this.batches.claim(batch, session.number, claimedAtOnce));
    let next = claim();
    try {
      for (let copies = await next; copies.length > 0; copies = await next) {
        next = claim();
        await courier.carry({ bulletin, purpose: batch.bulletin.purpose, copies, session, stopped });
        await this.providers.back(this.providers.of(batch.channel));
      }
    } finally {
      stop.end();
      // What was claimed ahead must not be claimed after it was put back.
      await next.catch(() => undefined);
    }
  }

  /** Until when this channel waits: its provider is away, or nobody is sent texts at this hour. */
  private async mayNotBefore(channel: Channel): Promise<Date | null> {
    return (
      (await this.providers.awayUntil(this.providers.of(channel))) ?? (channel === 'text' ? this.quiet.endsAt() : null)
    );
  }

  private courierOf(channel: Channel): Courier {
    return channel === 'email' && this.providers.of('email') === 'smtp' ? this.emails : this.notify;
  }
}

/** What is shown to officers: never an address or a text. */
function nameOf(error: unknown): string {
  return error instanceof ProviderAway ? error.message : error instanceof Error ? error.name : 'Error';
}
