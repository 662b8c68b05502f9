import type { TillPin } from './offline/bundle.js';
import { afterTry, isLocked, isPin, locked, noShift, type Shift, waitFor } from './offline/pin.js';
import type { TillStore } from './offline/store.js';
import type { TillPage } from './page.js';

/** The staff's PIN, where a place has one: asked at the start of a shift, and after "Lock". */
export class Shifts {
  private shift: Shift = noShift;
  private readonly input: HTMLInputElement;

  /** @param opened what to do when the till is open */
  constructor(
    private readonly page: TillPage,
    private readonly store: TillStore,
    private readonly pin: () => TillPin | null,
    private readonly opened: () => void,
  ) {
    this.input = page.find<HTMLInputElement>('#pin');
    page.find('[data-pin]').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.try(this.input.value);
    });
  }

  async load(): Promise<void> {
    this.shift = (await this.store.get('shift')) ?? noShift;
  }

  get isLocked(): boolean {
    return isLocked(this.pin(), this.shift, Date.now());
  }

  /** Shows the one screen that a locked till has. */
  ask(): void {
    this.input.value = '';
    this.page.fieldError('pin', null);
    this.page.show('pin');
    this.input.focus();
  }

  async lock(): Promise<void> {
    await this.keep(locked(this.shift));
    this.ask();
  }

  /** Tries digits, typed by a person or by a scanner that was set up to. */
  async try(typed: string): Promise<void> {
    const pin = this.pin();
    if (!pin) return this.opened();
    const wait = waitFor(this.shift, Date.now());
    if (wait > 0) return this.refuse(wait);
    if (typed === '') return this.page.fieldError('pin', this.page.say('pin-missing'));
    const isRight = await isPin(typed, pin);
    await this.keep(afterTry(this.shift, pin, isRight, Date.now()));
    this.input.value = '';
    if (isRight) return this.opened();
    this.refuse(waitFor(this.shift, Date.now()));
  }

  private refuse(wait: number): void {
    const many = Math.ceil(wait / 1000);
    const sentence = many > 0 ? this.page.say('pin-wait', { many }) : this.page.say('pin-wrong');
    this.page.fieldError('pin', sentence);
    this.page.announce(sentence);
  }

  private async keep(shift: Shift): Promise<void> {
    this.shift = shift;
    await this.store.put({ shift });
  }
}
