import { Accounts, readEmail } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Bulletin, BulletinContents, BulletinSending, BulletinVersion } from '@carers/bulletins';
import { Database, type Tx } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { readBulletins, readPeople } from '../data-files.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast } from '../demo-past.js';
import { columns, insertColumns } from '../scale/insert-columns.js';

/** One copy that became something else, in how many: of texts and letters none come back by themselves. */
const bouncedOf: Record<Channel, number> = { email: 12, text: 25, post: 0 };
const pence: Record<Channel, number> = { email: 0, text: 2.4, post: 74 };
const agreed = `SELECT s.id, array_agg(t.channel) AS channels
   FROM subscriber s JOIN subscription t ON t.subscriber_id = s.id AND t.purpose = 'carers_information' AND t.active
  WHERE s.carers_service_id = $1 AND s.left_at IS NULL AND s.registered_at < $2
  GROUP BY s.id ORDER BY s.id`;

type Reader = { id: string; channel: Channel };
type Written = { title: string; text: readonly string[]; short: string };

/** A draft, one that waits for a second officer, and one that was sent: by nobody, for no message leaves the demo. */
@Injectable()
export class BulletinsPart implements DemoPart {
  readonly name = 'bulletins';

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly accounts: Accounts,
    private readonly contents: BulletinContents,
    private readonly settings: Settings,
  ) {}

  async prepare() {
    const { staff } = await readPeople();
    const bulletins = await readBulletins();
    const { carersServices } = await this.schemes.current();
    const officers = staff.filter(({ role }) => role === 'carers_service_officer');
    const service = carersServices.find(({ slug }) => slug === officers[0]?.carersService)!;
    const [writer, second] = await Promise.all(
      officers.map(({ email }) => this.accounts.idByContact(this.database.reader, readEmail(email)!)),
    );
    return async (tx: Tx) => {
      if (!writer) return 'no bulletins: nobody is there to write them';
      const past = new DemoPast(this.clock.now(), 'bulletins');
      let copies = 0;
      for (const { state, days, title, text, short } of bulletins) {
        // What waits for a second officer waits for the one whom newcomers sign in as.
        const by = state === 'awaiting_second' && second ? second : writer;
        const actor: Actor = { kind: 'account', id: by, role: 'carers_service_officer' };
        const at = past.daysAgo(days);
        const id = past.id(at);
        await this.write(tx, { id, at, by, title, text, short, carersServiceId: service.id });
        past.note(at, 'bulletin.created', 'bulletin', id, actor);
        if (state === 'draft') continue;
        await this.contents.freeze(tx, { id });
        await tx.update(Bulletin, { id }, { state, frozenAt: at });
        past.note(at, 'bulletin.confirmed', 'bulletin', id, actor);
        const people = await this.people(tx, service.id, at);
        const isSent = state === 'sent';
        const startsAt = past.after(at, isSent ? 0 : 3);
        await tx.insert(BulletinSending, {
          ...{ bulletinId: id, turn: 1, confirmedBy: by, confirmedAt: at, people: people.length },
          ...{ needsSecond: !isSent, startsAt: isSent ? at : new Date(this.clock.now().getTime() + 2 * 86_400_000) },
          ...{ startedAt: isSent ? at : null, endedAt: isSent ? startsAt : null },
        });
        if (isSent) copies += await this.send(tx, past, id, at, people);
      }
      await past.writeEvents(tx);
      return `${bulletins.length} bulletins, and ${copies} copies of one that was sent`;
    };
  }

  private async write(
    tx: Tx,
    said: { id: string; at: Date; by: string; carersServiceId: string } & Written,
  ): Promise<void> {
    const { id, at, by, carersServiceId, title, text, short } = said;
    const slug = `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-demo`;
    await tx.insert(Bulletin, {
      ...{ id, carersServiceId, purpose: 'carers_information' as const, title, slug, state: 'draft' as const },
      ...{ segment: { standing: 'on' }, createdBy: by, createdAt: at, updatedAt: at, frozen: null, frozenAt: null },
    });
    await tx.insert(BulletinVersion, {
      ...{ bulletinId: id, locale: this.settings.defaultLocale, edition: 'standard' as const, revision: 1 },
      ...{ title, markdown: text.join('\n\n'), shortText: short, updatedBy: by, updatedAt: at },
    });
  }

  /** Whoever agreed by then, by the one channel that suits them best. */
  private async people(tx: Tx, serviceId: string, at: Date): Promise<Reader[]> {
    const rows = (await tx.query(agreed, [serviceId, at])) as { id: string; channels: Channel[] }[];
    const order: Channel[] = ['email', 'text', 'post'];
    return rows.map(({ id, channels }) => ({ id, channel: order.find((each) => channels.includes(each))! }));
  }

  /** What became of each copy, as the worker would have written it. */
  private async send(tx: Tx, past: DemoPast, bulletinId: string, at: Date, people: readonly Reader[]): Promise<number> {
    const batches = columns(
      ...['id', 'bulletin_id', 'channel', 'number', 'people', 'state', 'turn', 'tries', 'due_at', 'error'],
    );
    const copies = columns(
      ...['id', 'bulletin_id', 'subscriber_id', 'batch_id', 'channel', 'state', 'held', 'tries', 'doubts', 'sent_at'],
      ...['settled_at', 'error', 'units', 'cost_pence'],
    );
    for (const channel of ['email', 'text', 'post'] as const) {
      const mine = people.filter((each) => each.channel === channel);
      if (mine.length === 0) continue;
      const batch = past.id(at);
      batches.add(batch, bulletinId, channel, 1, mine.length, 'done', 1, 0, at, null);
      for (const [index, { id }] of mine.entries()) {
        const turn = index + 1;
        const isHeld = turn % 17 === 0;
        const isBack = !isHeld && bouncedOf[channel] > 0 && turn % bouncedOf[channel] === 0;
        const state = isHeld ? 'held' : isBack ? 'bounced' : channel === 'post' ? 'printed' : 'delivered';
        const sentAt = isHeld ? null : new Date(at.getTime() + turn * 1_000);
        copies.add(
          ...[past.id(at), bulletinId, id, batch, channel, state, isHeld ? 'paused' : null, 0, 0, sentAt],
          ...[sentAt && past.after(sentAt, 0), isBack ? 'The address does not exist' : null],
          ...[channel === 'email' || isHeld ? null : 1, isHeld ? null : pence[channel]],
        );
      }
    }
    await insertColumns(tx, 'delivery_batch', batches);
    await insertColumns(tx, 'delivery', copies);
    return people.length;
  }
}
