import { clearAnswers, fillNotValid, fillValid, type OfferBox } from './answer.js';
import type { StoredTill } from './key-store.js';
import type { TillPage, Tone } from './page.js';
import {
  KeyRefused,
  newScanId,
  NoConnection,
  type OfferLine,
  Refused,
  TillService,
  type UndoReason,
} from './service.js';
import type { Sounds } from './sounds.js';

/** An answer with a name in it goes by itself after this long without a touch, in milliseconds. */
const shownFor = 30_000;
/** How long a mistake can be taken back. The scheme decides; this is how long we offer it. */
const undoFor = 10 * 60_000;

interface Scan {
  id: string;
  text: string;
  scanned: boolean;
}

/** From a card to its answer, to the offer used, and to the next customer. Keeps nothing of a card once it is gone. */
export class Counter {
  private readonly service: TillService;
  private scan: Scan | null = null;
  private last: { id: string; title: string; at: Date } | null = null;
  private retry: (() => Promise<void>) | null = null;
  private mistyped = '';
  private busy = false;
  private goes: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param ready what to do when the next card can come; told whether somebody asked for it, and the number that was
   * mistyped just before, for putting right
   */
  constructor(
    private readonly page: TillPage,
    private readonly till: StoredTill,
    private readonly sounds: Sounds,
    private readonly ready: (asked: boolean, mistyped: string) => void,
  ) {
    this.service = new TillService(till.key);
    page.find('[data-who]').textContent = page.say('who', this.names);
  }

  /** Asks whether this phone is still a till, without keeping anybody waiting. */
  async greet(): Promise<void> {
    try {
      const { working } = await this.service.who();
      if (!working) this.note(this.page.say('not-working'));
    } catch (error) {
      if (error instanceof KeyRefused) this.page.show('ended', 'ask');
    }
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
    this.showLast();
    this.page.show('scan');
    this.ready(asked, mistyped);
  }

  async again(): Promise<void> {
    if (this.retry) await this.attempt(this.retry);
    else this.next(true);
  }

  /** Somebody is at the till: what is shown stays a while longer. */
  touched(): void {
    clearTimeout(this.goes);
    if (this.page.current !== 'scan' && this.page.current !== 'pair' && this.page.current !== 'ended') {
      this.goes = setTimeout(() => this.next(false), shownFor);
    }
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

  /** A sentence on the screen for the next card. */
  note(sentence: string | null): void {
    const place = this.page.find('[data-note]');
    place.textContent = sentence;
    place.hidden = !sentence;
    if (sentence) this.page.announce(sentence);
  }

  private async ask(): Promise<void> {
    const { id, text, scanned } = this.scan!;
    const answer = await this.service.check(id, text, scanned);
    this.note(null);
    if (answer.outcome === 'valid') {
      const said = fillValid(this.page, answer, (offer, pence, box) => void this.use(offer, pence, box));
      this.answer('yes', 'yes', said);
    } else {
      const reason = answer.reason === 'malformed' && !scanned ? 'mistyped' : (answer.reason ?? '');
      const { tone, said } = fillNotValid(this.page, reason);
      if (reason === 'mistyped') this.mistyped = text;
      this.page.find('.till-next--no').hidden = tone === 'ask';
      this.page.find('.till-next--ask').hidden = tone !== 'ask';
      this.answer('no', tone, said);
    }
  }

  private async use(offer: OfferLine, pence: number | null, box: OfferBox): Promise<void> {
    const scan = this.scan;
    if (!scan) return;
    await this.attempt(async () => {
      try {
        const used = await this.service.use(scan.id, offer.id, pence);
        this.last = { id: used.id, title: offer.title, at: new Date() };
        this.page.find('[data-used]').textContent = offer.title;
        const saved = used.savingPence
          ? this.page.say('saved', { saving: this.page.formats.pence(used.savingPence) })
          : '';
        this.page.find('[data-saved]').textContent = saved;
        this.page.find('[data-saved]').hidden = saved === '';
        this.answer('used', 'yes', `${offer.title}. ${saved}`);
      } catch (error) {
        if (!(error instanceof Refused) || !error.problem.reason) throw error;
        this.page.show('yes', 'yes', false);
        box.refuse(error.problem.reason, error.problem.nextUsableAt ?? null, offer.minimumSpendPence);
      }
    });
  }

  private async takeBack(taken: { id: string }, reason: UndoReason): Promise<void> {
    const sentence = this.last?.title ?? '';
    try {
      await this.service.undo(taken.id, reason);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      this.last = null;
      this.next(true);
      return this.note(this.page.say('too-late'));
    }
    this.last = null;
    const { scan } = this;
    this.next(scan === null);
    this.note(this.page.say('undone', { offer: sentence }));
    // The customer is still there: the same card, as a new scan, since the old one has been used and taken back.
    if (scan) {
      this.scan = { ...scan, id: newScanId() };
      this.retry = () => this.ask();
      await this.ask();
    }
  }

  /** Does something that needs the server, one at a time, and shows what stands in its way. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.retry = work;
    document.body.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      if (error instanceof KeyRefused) this.answer('ended', 'ask', '');
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

  private answer(screen: 'yes' | 'no' | 'used' | 'offline' | 'ended', tone: Tone, said: string): void {
    const foot = this.page.screen(screen).querySelector('[data-foot]');
    const time = this.page.formats.clockTime(new Date());
    if (foot) foot.textContent = this.page.say(screen === 'offline' ? 'who' : 'foot', { ...this.names, time });
    this.page.show(screen, tone);
    this.page.announce(said);
    if (tone === 'yes') this.sounds.yes();
    else this.sounds.no();
    this.touched();
  }

  private showLast(): void {
    if (this.last && Date.now() - this.last.at.getTime() > undoFor) this.last = null;
    this.page.find('[data-last]').hidden = !this.last;
    this.page.find('[data-last-text]').textContent = this.last ? this.lastSentence() : '';
  }

  private lastSentence(): string {
    const { title, at } = this.last!;
    return this.page.say('used-at', { offer: title, time: this.page.formats.clockTime(at) });
  }

  private get names() {
    return { business: this.till.business, till: this.till.name };
  }
}
