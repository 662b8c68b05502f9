import type { TillPage } from './page.js';

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

/** Keeps the page for use without a connection, and helps people to put it where they find it again. */
export class Installing {
  private offer: InstallPrompt | null = null;
  private readonly place: HTMLElement;

  /** @param hidden told when somebody says "not now" */
  constructor(
    private readonly page: TillPage,
    private readonly hidden: () => void,
  ) {
    this.place = page.find('[data-install]');
    page.find('[data-install-now]').addEventListener('click', () => void this.install());
    page.find('[data-install-not]').addEventListener('click', () => {
      this.place.hidden = true;
      this.hidden();
    });
    // It may come at any time after the page has loaded, and only once.
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.offer = event as InstallPrompt;
      this.page.find('[data-install-now]').hidden = false;
      this.page.find('[data-install-how]').hidden = true;
    });
    window.addEventListener('appinstalled', () => (this.place.hidden = true));
  }

  /**
   * Registers the worker, without which the page would not start alone. Plain http has none.
   * @param isHidden whether somebody said "not now" before
   */
  async start(worker: string, isHidden: boolean): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    // Only a kept page is worth installing.
    const kept = await navigator.serviceWorker.register(worker, { scope: '/till' }).catch(() => null);
    this.place.hidden = isHidden || this.isInstalled || !kept;
    this.page.find('[data-install-apple]').hidden = !('standalone' in navigator);
  }

  private get isInstalled(): boolean {
    const apple = (navigator as { standalone?: boolean }).standalone === true;
    return apple || matchMedia('(display-mode: standalone)').matches;
  }

  private async install(): Promise<void> {
    await this.offer?.prompt();
    this.offer = null;
    this.place.hidden = true;
  }
}
