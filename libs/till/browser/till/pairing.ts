import type { TillPage } from './page.js';
import { NoConnection, pair, Refused, type StoredTill } from './service.js';

/** Makes this phone a till with a code. */
export class Pairing {
  private readonly code: HTMLInputElement;

  constructor(
    private readonly page: TillPage,
    private readonly paired: (till: StoredTill) => Promise<void>,
  ) {
    this.code = page.find<HTMLInputElement>('#code');
    page.find('[data-pair]').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.try();
    });
  }

  /** Asks for a code, where it is not known already. */
  ask(code: string): void {
    this.code.value = code;
    this.page.show('pair');
  }

  private async try(): Promise<void> {
    if (!this.code.value.trim()) return this.page.fieldError('code', this.page.say('code-missing'));
    try {
      const till = await pair(this.code.value);
      this.page.fieldError('code', null);
      this.code.value = '';
      await this.paired(till);
    } catch (error) {
      this.page.fieldError('code', this.page.say(whyNot(error)));
    }
  }
}

function whyNot(error: unknown): string {
  if (error instanceof NoConnection) return 'no-connection';
  if (!(error instanceof Refused) || error.status >= 500) return 'wrong';
  return error.status === 429 ? 'too-many' : 'code-refused';
}
