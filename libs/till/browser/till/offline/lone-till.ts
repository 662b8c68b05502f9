import { parseCardNumber } from '../../../../credentials/src/browser.js';
import { type CheckAnswer, KeyRefused, type Scan, type UndoReason, type Used } from '../service.js';
import { checkOffline, judgeOffer, linesFor, type Material, type OfflineAnswer } from './check.js';
import { verifyingKeysOf } from './keys.js';
import type { ReadList } from './list.js';
import type { Kept, QueuedUse, TillStore } from './store.js';
import { talliesOf } from './tallies.js';
import type { TillClock } from './till-clock.js';

/** Why an offer cannot be used after all, as the server's problem would say it. */
export class NotUsable extends Error {
  constructor(
    readonly reason: string,
    readonly nextUsableAt: string | null,
  ) {
    super(reason);
  }
}

/** The till without its server: judges cards by what the last sync brought, and keeps uses for later. */
export class LoneTill {
  private material: Material | null = null;
  private synced: number | null = null;
  private readonly checked = new Map<string, OfflineAnswer>();

  constructor(
    private readonly store: TillStore,
    private readonly clock: TillClock,
    private readonly readList: ReadList,
  ) {}

  /** Reads what is kept. Call it at the start and after each sync. */
  async load(): Promise<void> {
    const [keys, list, bundle, clock, synced] = await Promise.all([
      this.store.get('keys'),
      this.store.get('list'),
      this.store.get('bundle'),
      this.store.get('clock'),
      this.store.get('synced'),
    ]);
    this.clock.set(clock?.aheadMs ?? 0);
    this.synced = synced ?? null;
    this.material = keys && list && bundle ? await this.made(keys, list, bundle) : null;
  }

  /** Whether it can judge a card. */
  get isReady(): boolean {
    return this.material !== null;
  }

  get bundle(): Kept['bundle']['body'] | null {
    return this.material?.bundle ?? null;
  }

  /** How long a use can be taken back, as the scheme says; as it usually is, until that was fetched. */
  get undoMinutes(): number {
    return this.bundle?.policy.undoMinutes ?? 10;
  }

  /** When everything was last fetched; null for never. */
  get syncedAt(): Date | null {
    return this.synced === null ? null : new Date(this.synced);
  }

  /** When the server last said that the status list is so. */
  get listAsOf(): Date | null {
    return this.material && new Date(this.material.listAsOf);
  }

  get isFresh(): boolean {
    return this.isReady && this.synced !== null && this.clock.now() - this.synced < 86_400_000;
  }

  /**
   * Checks a card. A number can be typed, but not looked up here.
   * @param training practice: a training card will do, and a number too
   * @throws KeyRefused when the business takes no part at present
   */
  async check(scan: Scan, training = false): Promise<CheckAnswer> {
    const { material } = this;
    if (!material) throw new Error('There is nothing to judge by.');
    if (!training && !material.bundle.working) throw new KeyRefused();
    if (!scan.scanned) return training ? this.practise(scan) : numberAnswer(scan.text);
    const answer = await checkOffline(
      scan.text,
      { ...material, tallies: await this.store.tallies() },
      this.clock.now(),
      { training },
    );
    this.remember(scan.id, answer);
    return answer;
  }

  /**
   * Keeps a use for later, after a check here or at the server.
   * @param tried the server was asked first, and may have recorded it
   * @throws NotUsable
   */
  async use(scan: Scan, offerId: string, basketPence: number | null, tried: boolean): Promise<Used> {
    const { offer, answer, card } = await this.judged(scan, offerId, basketPence);
    const { bundle, listAsOf } = this.material!;
    await this.store.add({
      scanId: scan.id,
      offerId,
      ...(scan.scanned ? { credential: scan.text } : { cardNumber: scan.text }),
      occurredAt: new Date(this.clock.raw()).toISOString(),
      ...(basketPence === null ? {} : { basketPence }),
      offerRevision: offer.revision,
      listAsOf: new Date(listAsOf).toISOString(),
      branchId: bundle.branch.id,
      tried,
      tallies: talliesOf(offer, card.credentialId, this.clock.now()),
    });
    return { id: null, savingPence: answer.savingPence };
  }

  /**
   * The same for practice: by the rules, and recorded nowhere.
   * @throws NotUsable
   */
  async pretend(scan: Scan, offerId: string, basketPence: number | null): Promise<Used> {
    const { answer } = await this.judged(scan, offerId, basketPence);
    return { id: null, savingPence: answer.savingPence };
  }

  /** Counts a use that the server recorded, until its own counts are fetched. */
  async noteUse(scan: Scan, offerId: string, by: 1 | -1): Promise<void> {
    const offer = this.material?.bundle.offers.find(({ id }) => id === offerId);
    if (!offer || !this.material) return;
    const { credentialId } = await this.cardOf(scan);
    await this.store.count(talliesOf(offer, credentialId, this.clock.now()), by);
  }

  /** Takes a use back that this till kept: `sent` where it is the server's by now, and has to be taken back there. */
  async undo(
    scanId: string,
    offerId: string,
    reason: UndoReason,
  ): Promise<{ how: 'here' | 'later' } | { how: 'sent'; redemptionId: string } | { how: 'too-late' }> {
    const now = this.clock.raw();
    const use = (await this.store.queue()).find((each) => each.scanId === scanId && each.offerId === offerId);
    if (use && this.isTooLate(Date.parse(use.occurredAt))) return { how: 'too-late' };
    const taken = await this.store.takeBack(scanId, offerId, reason, new Date(now).toISOString());
    if (taken !== 'absent') return { how: taken === 'gone' ? 'here' : 'later' };
    const delivered = await this.store.delivered(scanId, offerId);
    return delivered?.redemptionId ? { how: 'sent', redemptionId: delivered.redemptionId } : { how: 'too-late' };
  }

  /**
   * Keeps for later that a use which the server has was taken back.
   * @param usedAt by the device's own clock
   * @returns false where it is too late, or nothing is known here
   */
  async owe(scan: Scan, offerId: string, redemptionId: string, usedAt: number, reason: UndoReason): Promise<boolean> {
    const { material } = this;
    if (!material || this.isTooLate(usedAt)) return false;
    const offer = material.bundle.offers.find(({ id }) => id === offerId);
    const { credentialId } = await this.cardOf(scan);
    await this.store.owe({
      scanId: scan.id,
      offerId,
      redemptionId,
      undo: reason,
      undoneAt: new Date(this.clock.raw()).toISOString(),
      occurredAt: new Date(usedAt).toISOString(),
      branchId: material.bundle.branch.id,
      tallies: offer ? talliesOf(offer, credentialId, this.clock.now()) : [],
    });
    return true;
  }

  /** @param usedAt by the device's own clock */
  private isTooLate(usedAt: number): boolean {
    return this.clock.raw() - usedAt > this.undoMinutes * 60_000;
  }

  /** The uses that have yet to be sent. */
  async waiting(): Promise<QueuedUse[]> {
    return (await this.store.queue()).filter(({ undo }) => !undo);
  }

  private async made(keys: Kept['keys'], list: Kept['list'], bundle: Kept['bundle']): Promise<Material | null> {
    try {
      const verifying = await verifyingKeysOf(keys);
      const statuses = await this.readList(list, verifying);
      return { keys: verifying, statuses, listAsOf: list.asOf, bundle: bundle.body, tallies: new Map() };
    } catch {
      // What is kept cannot be read: the next sync brings it anew.
      return null;
    }
  }

  private async judged(scan: Scan, offerId: string, basketPence: number | null) {
    const { material } = this;
    const offer = material?.bundle.offers.find(({ id }) => id === offerId);
    if (!material || !offer) throw new NotUsable('offer_not_here', null);
    const card = await this.cardOf(scan);
    const here = { ...material, tallies: await this.store.tallies() };
    const answer = judgeOffer(offer, card, here, this.clock.now(), basketPence);
    if (!answer.usable) throw new NotUsable(answer.reason, answer.nextUsableAt?.toISOString() ?? null);
    return { offer, answer, card };
  }

  /** What is known here of the card of a scan; of a number that was typed, nothing. */
  private async cardOf(
    scan: Scan,
  ): Promise<{ credentialId: string | null; facts: { kind: 'adult' | 'young' | 'test' } }> {
    if (scan.scanned && this.material && !this.checked.has(scan.id)) {
      this.remember(scan.id, await checkOffline(scan.text, this.material, this.clock.now()));
    }
    const known = this.checked.get(scan.id);
    // The server found the card to be good; the rules here know no more of it than that.
    return { credentialId: known?.credentialId ?? null, facts: known?.facts ?? { kind: 'adult' } };
  }

  /** Only the card at the till is known, and only while the page is open. */
  private remember(scanId: string, answer: OfflineAnswer): void {
    this.checked.clear();
    this.checked.set(scanId, answer);
  }

  /** Numbers cannot be looked up here, so that in practice every whole one is a card. */
  private practise(scan: Scan): CheckAnswer {
    if (!parseCardNumber(scan.text)) return numberAnswer(scan.text);
    const { bundle, listAsOf } = this.material!;
    const card = { credentialId: null, facts: { kind: 'test' as const } };
    const answer: OfflineAnswer = {
      outcome: 'valid',
      reason: null,
      card: null,
      offers: linesFor(bundle.offers, (offer) =>
        judgeOffer(offer, card, { bundle, listAsOf, tallies: new Map() }, this.clock.now()),
      ),
      ...card,
    };
    this.remember(scan.id, answer);
    return answer;
  }
}

/** A number that is whole has to be scanned after all; one that is not was mistyped. */
function numberAnswer(typed: string): CheckAnswer {
  const reason = parseCardNumber(typed) ? 'needs_scan' : 'malformed';
  return { outcome: 'not_valid', reason, card: null, offers: [] };
}
