import type { TillStore } from './offline/store.js';
import type { TillPage } from './page.js';

/** Uses that an ended till could not deliver: they stay until a person decides. */
export class Undelivered {
  constructor(
    private readonly page: TillPage,
    private readonly store: TillStore,
  ) {
    page.find('[data-delete]').addEventListener('click', () => this.choose(true));
    page.find('[data-delete-not]').addEventListener('click', () => this.choose(false));
    page.find('[data-delete-yes]').addEventListener('click', () => void this.delete());
  }

  /** Answers how many they are. */
  async show(): Promise<number> {
    const many = (await this.store.queue()).filter(({ undo }) => !undo).length;
    this.page.find('[data-undelivered]').hidden = many === 0;
    if (many === 0) return 0;
    const sends = (await this.store.get('leaving')) !== undefined;
    this.page.find('[data-undelivered-sends]').hidden = !sends;
    this.page.find('[data-undelivered-stays]').hidden = sends;
    this.page.find('[data-undelivered-many]').textContent = this.page.sayMany('undelivered', many);
    this.choose(false);
    return many;
  }

  private choose(asking: boolean): void {
    this.page.find('[data-delete]').hidden = asking;
    this.page.find('[data-delete-sure]').hidden = !asking;
    if (asking) this.page.find('[data-delete-not]').focus();
  }

  private async delete(): Promise<void> {
    await this.store.clearQueue();
    await this.store.remove(['leaving']);
    await this.show();
    this.page.announce(this.page.say('deleted'));
  }
}
