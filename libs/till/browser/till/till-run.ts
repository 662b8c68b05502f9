import { Counter } from './counter.js';
import { Installing } from './installing.js';
import { Desk } from './offline/desk.js';
import { numberSoFar } from './offline/number-check.js';
import type { Kept } from './offline/store.js';
import type { SyncResult } from './offline/sync.js';
import { Pairing } from './pairing.js';
import type { Parts } from './parts.js';
import { Practice } from './practice.js';
import { Rounds } from './rounds.js';
import { isScannedText, listenToScanner } from './scanner-keys.js';
import { Scanning } from './scanning.js';
import { TillService, type UndoReason } from './service.js';
import { Shifts } from './shifts.js';
import { Undelivered } from './undelivered.js';

type Settings = Kept['settings'];

/** How often a till that nobody uses looks whether its shift is over, in milliseconds. */
const lookForShift = 20_000;

const asNew: Settings = { training: false, installHidden: false, camera: false };

/** The till as a whole: which screen is next, and who is told of what. */
export class TillRun {
  private counter: Counter | null = null;
  private desk: Desk | null = null;
  private settings = asNew;
  private readonly number: HTMLInputElement;
  private readonly scanning: Scanning;
  private readonly shifts: Shifts;
  private readonly rounds: Rounds;
  private readonly pairing: Pairing;
  private readonly practice: Practice;
  private readonly installing: Installing;
  private readonly undelivered: Undelivered;

  constructor(private readonly parts: Parts) {
    const { page, store, alone, sync, camera } = parts;
    this.number = page.find<HTMLInputElement>('#number');
    this.shifts = new Shifts(
      page,
      store,
      () => alone.bundle?.pin ?? null,
      () => this.counter?.next(false),
    );
    this.scanning = new Scanning(
      page,
      camera,
      () => this.counter?.attends === true && !this.shifts.isLocked,
      (text) => void this.counter?.check(text, true),
      (sentence) => this.counter?.note(sentence),
      (on) => void this.set({ camera: on }),
    );
    this.rounds = new Rounds(
      () => sync.run(),
      () => (alone.bundle?.policy.syncMinutes ?? 15) * 60_000,
      (result) => this.synced(result),
    );
    this.practice = new Practice(page, (on) => void this.practise(on));
    this.installing = new Installing(page, () => void this.set({ installHidden: true }));
    this.undelivered = new Undelivered(page, store);
    this.pairing = new Pairing(page, async (till) => {
      await store.put({ till });
      // So that the browser does not clear up what has yet to be sent. Some ask people, who are here now.
      void navigator.storage?.persist?.().catch(() => false);
      await this.open(null);
      await this.rounds.now();
    });
  }

  /** Opens the till that this phone is, or asks for the code that makes it one. */
  async start(): Promise<void> {
    const { store, alone, page } = this.parts;
    this.settings = { ...asNew, ...(await store.get('settings')) };
    await this.shifts.load();
    await alone.load();
    this.listen();
    await this.enter();
    this.rounds.start();
    await this.installing.start(page.root.dataset['worker']!, this.settings.installHidden);
  }

  /** What the address asks for: a code or a card, which must not stay in it, since the phone's history would show it. */
  private async enter(): Promise<void> {
    const address = new URLSearchParams(location.hash.slice(1));
    if (location.hash) history.replaceState(null, '', location.pathname);
    const code = address.get('pair');
    if (code === null) return this.open(address.get('card'));
    this.scanning.stop();
    this.pairing.ask(code);
  }

  private async open(card: string | null): Promise<void> {
    const { page, store, alone, sounds, standing } = this.parts;
    this.counter?.close();
    const till = await store.get('till');
    // A till that has ended, and has not sent everything: opened again, it says so again.
    if (!till) return (await this.undelivered.show()) > 0 ? this.showEnded() : this.pairing.ask('');
    const desk = (this.desk = new Desk(new TillService(till.key), alone, Date.now, () => this.lostTouch()));
    const undoMinutes = () => alone.undoMinutes;
    this.counter = new Counter(page, till, sounds, desk, () => standing.listTime(), undoMinutes, {
      ready: (asked, mistyped) => this.ready(asked, mistyped),
      refused: () => void this.refused(),
      queued: () => void this.queued(),
    });
    desk.training = this.settings.training;
    this.practice.show(this.settings.training);
    await standing.show();
    this.counter.next(false);
    if (this.shifts.isLocked) return;
    if (card) void this.counter.check(card, true);
    else if (this.settings.camera) void this.scanning.startByItself();
  }

  /** The screen for the next card. */
  private ready(asked: boolean, mistyped: string): void {
    if (this.shifts.isLocked) {
      this.scanning.pause();
      return this.shifts.ask();
    }
    this.number.value = mistyped;
    this.sayNumber();
    this.parts.page.fieldError('number', null);
    this.scanning.resume();
    if (mistyped) this.number.select();
    // An answer has gone by itself: so has its place in the history of who was served.
    void this.parts.standing.show();
    if (!asked) this.parts.page.find('[data-more]').removeAttribute('open');
  }

  /** Checks what was typed or came from a scanner that types. */
  private async typed(text: string): Promise<void> {
    const plain = text.trim();
    if (this.shifts.isLocked && this.counter) {
      if (isScannedText(plain)) return this.shifts.ask();
      return this.shifts.try(plain);
    }
    await this.counter?.check(plain, isScannedText(plain));
  }

  private async synced(result: SyncResult): Promise<void> {
    const { alone, standing, page } = this.parts;
    if (result === 'no-till') return;
    await alone.load();
    standing.touch = result === 'done' ? 'on' : 'away';
    if (result === 'done') this.desk?.touched();
    // Whoever types the code of a new till goes on; what the old one sent in the meantime needs nobody.
    if (result === 'ended' && page.current === 'pair') await this.undelivered.show();
    else if (result === 'ended') await this.ended();
    await standing.show();
    if (page.current !== 'scan') return;
    if (this.shifts.isLocked) this.counter?.next(false);
    else if (result === 'done') await this.sayAfterSync();
  }

  /** What people should know: the till does not work yet, or its clock is wrong. */
  private async sayAfterSync(): Promise<void> {
    const { alone, store, clock, standing, page } = this.parts;
    if (alone.bundle?.working === false) return this.counter?.note(page.say('not-working'));
    if (await this.sayTooLate()) return;
    const told = (await store.get('clock'))?.told ?? false;
    if (!clock.isWrong || told) return;
    await store.put({ clock: { aheadMs: clock.aheadMs, told: true } });
    this.counter?.note(page.say('clock-wrong', { time: standing.timeOf(new Date(clock.now())) }));
  }

  /** Uses that staff took back, but that the server heard of too late, one sync's worth at a time. */
  private async sayTooLate(): Promise<boolean> {
    const { alone, store, clock, standing, page } = this.parts;
    const uses = (await store.get('tooLate')) ?? [];
    if (uses.length === 0 || !this.counter) return false;
    await store.remove(['tooLate']);
    const sentences = uses.map(({ offerId, occurredAt }) => {
      const offer = alone.bundle?.offers.find(({ id }) => id === offerId)?.title ?? page.say('an-offer');
      const time = standing.timeOf(new Date(Date.parse(occurredAt) + clock.aheadMs));
      return page.say('undo-too-late', { offer, time });
    });
    this.counter.note(sentences.join(' '));
    return true;
  }

  private lostTouch(): void {
    this.parts.standing.touch = 'away';
    this.rounds.lostTouch();
    void this.parts.standing.show();
  }

  private async queued(): Promise<void> {
    const { standing, sync } = this.parts;
    await standing.show();
    if (this.desk?.isAway !== false) return;
    const result = await sync.deliver();
    if (result === 'ended') await this.synced(result);
    if (result === 'away') this.lostTouch();
    await standing.show();
    if (result === 'done' && this.parts.page.current === 'scan') await this.sayTooLate();
  }

  /** The server refused the key: because the till has ended, or because its business takes no part at present. */
  private async refused(): Promise<void> {
    this.showEnded();
    await this.rounds.now();
    await this.undelivered.show();
  }

  /** Trying again helps only while the till is one. */
  private showEnded(): void {
    const { page } = this.parts;
    page.find('.till-next', page.screen('ended')).hidden = this.counter === null;
    page.show('ended', 'ask');
  }

  private async ended(): Promise<void> {
    this.scanning.stop();
    this.counter?.close();
    this.counter = this.desk = null;
    await this.undelivered.show();
    this.showEnded();
  }

  private async practise(on: boolean): Promise<void> {
    await this.set({ training: on });
    if (this.desk) this.desk.training = on;
    this.practice.show(on);
    this.counter?.next(true);
  }

  private async set(change: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...change };
    await this.parts.store.put({ settings: this.settings });
  }

  private sayNumber(): void {
    const { page } = this.parts;
    const so = isScannedText(this.number.value.trim()) ? 'unfinished' : numberSoFar(this.number.value);
    const place = page.find('[data-number-so]');
    place.dataset['so'] = so;
    place.textContent = so === 'unfinished' ? '' : page.say(`number-${so}`);
  }

  private listen(): void {
    const { page, sounds } = this.parts;
    const on = (selector: string, work: (button: HTMLElement) => void) => {
      for (const button of page.all(selector)) button.addEventListener('click', () => work(button));
    };
    page.find('[data-number]').addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.number.value.trim()) return page.fieldError('number', page.say('number-missing'));
      page.fieldError('number', null);
      void this.typed(this.number.value);
    });
    this.number.addEventListener('input', () => this.sayNumber());
    on('.till-next', () => this.counter?.next(true));
    on('[data-undo]', () => this.counter?.askWhy());
    on('button[data-why]', ({ dataset }) => void this.counter?.undo(dataset['why'] as UndoReason));
    on('[data-keep]', () => this.counter?.keep());
    on('[data-again]', () => void this.counter?.again());
    on('[data-lock]', () => void this.lock());
    on('[data-sync]', () => void this.syncNow());
    on('[data-pair-again]', () => this.pairing.ask(''));
    listenToScanner([this.number, page.find('#code')], (text) => void this.typed(text));
    for (const kind of ['pointerdown', 'keydown']) {
      document.addEventListener(kind, () => {
        sounds.wake();
        this.counter?.touched();
      });
    }
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.scanning.pause();
      else if (!this.shifts.isLocked) this.scanning.resume();
    });
    window.addEventListener('hashchange', () => {
      // Other addresses, like that of the skip link, are places on the page.
      if (/^#(?:pair|card)=/.test(location.hash)) void this.enter();
    });
    setInterval(() => {
      if (page.current === 'scan' && this.shifts.isLocked) this.counter?.next(false);
    }, lookForShift);
  }

  private async lock(): Promise<void> {
    this.scanning.pause();
    await this.shifts.lock();
  }

  private async syncNow(): Promise<void> {
    const { page } = this.parts;
    this.counter?.note(null);
    page.announce(page.say('syncing'));
    const result = await this.rounds.now();
    if (page.current !== 'scan') return;
    const isDone = result === 'done';
    // What the sync brought to light is more than that it went well.
    if (isDone && !page.find('[data-note]').hidden) return;
    this.counter?.note(page.say(isDone ? 'synced' : 'sync-failed'), isDone);
  }
}
