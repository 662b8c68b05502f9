import type { TillPage } from './page.js';

/** Training mode: a switch, and a banner for as long as it is on. */
export class Practice {
  private readonly switch: HTMLElement;

  /** @param turned told when somebody turns it on or off */
  constructor(
    private readonly page: TillPage,
    turned: (on: boolean) => void,
  ) {
    this.switch = page.find('[data-training]');
    this.switch.addEventListener('click', () => turned(this.switch.getAttribute('aria-checked') !== 'true'));
    page.find('[data-training-stop]').addEventListener('click', () => turned(false));
    page.find('[data-practise]').addEventListener('click', () => turned(true));
  }

  show(on: boolean): void {
    this.switch.setAttribute('aria-checked', String(on));
    this.page.find('[data-banner]').hidden = !on;
  }
}
