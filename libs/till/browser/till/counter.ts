import { clearAnswers, fillNotValid, fillValid, type OfferBox } from './answer.js';
import type { Desk, How, LastUse } from './offline/desk.js';
import type { TillPage, Tone } from './page.js';
import {
  type CheckAnswer,
  KeyRefused,
  newScanId,
  NoConnection,
  type OfferLine,
  Refused,
  type Scan,
  type StoredTill,
  type UndoReason,
} from './service.js';
import type { Sounds } from './sounds.js';

/** An answer with a name in it goes by itself after this long without a touch, in milliseconds. */
const shownFor = 30_000;
/** So long after it was touched or came up, in milliseconds, the answer of a valid card gives way to the camera's next. */
const settles = 4_000;

/** What the counter tells the rest of the till. */
export interface CounterEvents {
  /** The next card can come. Told whether somebody asked for it, and the number that was mistyped, for putting right. */
  ready(asked: boolean, mistyped: string): void;
  /** The server knows this till no more, or its business takes no part. */
  refused(): void;
  /** Something waits to be sent, or no longer does. */
  queued(): void;
}

/** From a card to its answer, to the offer used, and to the next customer. Keeps nothing of a card once it is gone. */
export class Counter {
  private scan: Scan | null = null;
  private how: How = 'server';
  private last: (LastUse & { title: string; at: number }) | null = null;
  private retry: (() => Promise<void>) | null = null;
  private mistyped = '';
  private busy = false;
  private isSettled = true;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private goes: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param listTime the time of the status list, in words
   * @param undoMinutes how long a mistake can be taken back, as the scheme says
   */
  constructor(
    private readonly page: TillPage,
    private readonly till: StoredTill,
    private readonly sounds: Sounds,
    private readonly desk: Desk,
    private readonly listTime: () => string,
    private readonly undoMinutes: () => number,
    private readonly events: CounterEvents,
  ) {
    for (const place of page.all('[data-who]')) place.textContent = page.say('who', this.names);
  }

  /** Whether another card may take the place of what is shown. */
  get attends(): boolean {
    const { current } = this.page;
    if (this.busy || current === 'undo' || current === 'pin' || current === 'pair' || current === 'ended') return false;
    if (current !== 'yes') return true;
    // Somebody is typing a bill, or about to press: the offer must not become another card's under the finger.
    const isTyping = this.page.all<HTMLInputElement>('[data-offers] input').some(({ value }) => value);
    return !isTyping && this.isSettled;
  }

  /** Nothing of it happens any more: another counter takes its place, or none. */
  close(): void {
    clearTimeout(this.goes);
    clearTimeout(this.settling);
    clearAnswers(this.page);
  }

  /** Checks a card. */
  async check(text: string, scanned: boolean): Promise<void> {
    if (this.busy) return;
    this.scan = { id: newScanId(), text, scanned };
    this.page.announce(this.page.say('checking'));
    await this.attempt(() => this.ask());
  }

  /** Forgets the card and makes ready for the next one. */
  next(asked: boolean): void {
    clearTimeout(this.goes);
    const mistyped = asked ? this.mistyped : '';
    this.mistyped = '';
    this.scan = null;
    this.retry = null;
    clearAnswers(this.page);
    this.page.announce('');
    this.note(null);
    this.showLast();
    this.page.show('scan');
    this.events.ready(asked, mistyped);
  }

  /** Says something above the next scan. */
  note(sentence: string | null, isGood = false): void {
    const place = this.page.find('[data-note]');
    place.hidden = sentence === null;
    place.classList.toggle('till-note--good', isGood);
    place.textContent = sentence;
    if (sentence) this.page.announce(sentence);
  }

  async again(): Promise<void> {
    if (this.retry) await this.attempt(this.retry);
    else this.next(true);
  }

  /** Somebody is at the till: what is shown stays a while longer. */
  touched(): void {
    clearTimeout(this.goes);
    clearTimeout(this.settling);
    this.isSettled = false;
    this.settling = setTimeout(() => (this.isSettled = true), settles);
    const { current } = this.page;
    if (current === 'scan' || current === 'pair' || current === 'ended' || current === 'pin') return;
    this.goes = setTimeout(() => this.next(false), shownFor);
  }

  askWhy(): void {
    if (!this.last) return;
    this.page.find('[data-undo-what]').textContent = this.lastSentence();
    this.page.show('undo');
    this.touched();
  }

  keep(): void {
    if (this.scan) this.page.show('used', 'yes');
    else this.next(true);
  }

  async undo(reason: UndoReason): Promise<void> {
    const taken = this.last;
    if (taken) await this.attempt(() => this.takeBack(taken, reason));
  }

  private async ask(): Promise<void> {
    const { scan } = this;
    if (!scan) return;
    const { answer, how } = await this.desk.check(scan);
    this.how = how;
    clearAnswers(this.page);
    if (answer.outcome === 'valid') {
      const said = fillValid(this.page, answer, how, (offer, pence, box) => void this.use(offer, pence, box));
      return this.answer('yes', 'yes', said);
    }
    this.refuse(answer, scan);
  }

  private refuse(answer: CheckAnswer, { text, scanned }: Scan): void {
    const reason = answer.reason === 'malformed' && !scanned ? 'mistyped' : (answer.reason ?? '');
    const { tone, said } = fillNotValid(this.page, reason);
    if (reason === 'mistyped') this.mistyped = text;
    // A training card was read just right: there is nothing to try again.
    const isDone = tone !== 'ask' || reason === 'test_card';
    this.page.find('.till-next--no').hidden = !isDone;
    this.page.find('.till-next--ask').hidden = isDone;
    this.page.find('[data-practise]').hidden = reason !== 'test_card';
    this.answer('no', tone, said);
  }

  private async use(offer: OfferLine, pence: number | null, box: OfferBox): Promise<void> {
    const { scan } = this;
    if (!scan) return;
    await this.attempt(async () => {
      try {
        const { used, how } = await this.desk.use(scan, this.how, offer, pence);
        this.last = { how, id: used.id, scan, offerId: offer.id, title: offer.title, at: Date.now() };
        const saved = used.savingPence
          ? this.page.say('saved', { saving: this.page.formats.pence(used.savingPence) })
          : '';
        this.page.find('[data-used]').textContent = offer.title;
        this.page.find('[data-saved]').textContent = saved;
        this.page.find('[data-saved]').hidden = saved === '';
        this.page.find('[data-kept]').hidden = how !== 'alone';
        this.answer('used', 'yes', `${offer.title}. ${saved}`);
        if (how === 'alone') this.events.queued();
      } catch (error) {
        if (!(error instanceof Refused) || !error.problem.reason) throw error;
        this.page.show('yes', 'yes', false);
        box.refuse(error.problem.reason, error.problem.nextUsableAt ?? null, offer.minimumSpendPence);
      }
    });
  }

  private async takeBack(taken: LastUse & { title: string }, reason: UndoReason): Promise<void> {
    try {
      await this.desk.undo(taken, reason);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      this.last = null;
      this.next(true);
      return this.note(this.page.say('too-late', { many: String(this.undoMinutes()) }));
    }
    this.last = null;
    this.events.queued();
    const { scan } = this;
    this.next(scan === null);
    this.note(this.page.say('undone', { offer: taken.title }), true);
    // The customer is still there: the same card, as a new scan, since the old one has been used and taken back.
    if (scan) {
      this.scan = { ...scan, id: newScanId() };
      this.retry = () => this.ask();
      await this.ask();
    }
  }

  /** Does something that may need the server, one at a time, and shows what stands in its way. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.retry = work;
    document.body.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      if (error instanceof KeyRefused) this.events.refused();
      else if (error instanceof NoConnection) this.answer('offline', 'ask', '');
      else {
        this.next(true);
        this.note(this.page.say('wrong'));
      }
    } finally {
      this.busy = false;
      document.body.removeAttribute('aria-busy');
      this.touched();
    }
  }

  private answer(screen: 'yes' | 'no' | 'used' | 'offline', tone: Tone, said: string): void {
    const time = this.page.formats.clockTime(new Date());
    const sentence = { server: 'foot', alone: 'foot-alone', practice: 'foot-practice' }[this.how];
    this.page.find('[data-foot]', this.page.screen(screen)).textContent =
      screen === 'offline'
        ? this.page.say('who', this.names)
        : this.page.say(sentence, { ...this.names, time, list: this.listTime() });
    this.page.show(screen, tone);
    this.page.announce(said);
    if (tone === 'yes') this.sounds.yes();
    else this.sounds.no();
    this.touched();
  }

  private showLast(): void {
    if (this.last && Date.now() - this.last.at > this.undoMinutes() * 60_000) this.last = null;
    this.page.find('[data-last]').hidden = !this.last;
    this.page.find('[data-last-text]').textContent = this.last ? this.lastSentence() : '';
  }

  private lastSentence(): string {
    const { title, at } = this.last!;
    return this.page.say('used-at', { offer: title, time: this.page.formats.clockTime(new Date(at)) });
  }

  private get names() {
    return { business: this.till.business, till: this.till.name };
  }
}
