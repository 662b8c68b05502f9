import type { Camera } from './camera.js';
import { ScanGate } from './offline/scan-gate.js';
import type { TillPage } from './page.js';

/** The camera at the counter: once it was asked for, it goes on from card to card without a touch. */
export class Scanning {
  /** Whether somebody wants the camera on. */
  private wanted = false;
  private readonly gate = new ScanGate();

  /**
   * @param attends whether the next card can be taken now
   * @param seen the next card
   * @param note says to people what is wrong with the camera
   * @param remember whether to start by itself the next time
   */
  constructor(
    private readonly page: TillPage,
    private readonly camera: Camera,
    private readonly attends: () => boolean,
    private readonly seen: (text: string) => void,
    private readonly note: (sentence: string | null) => void,
    private readonly remember: (on: boolean) => void,
  ) {
    page.find('[data-scan]').addEventListener('click', () => void this.start());
    page.find('[data-stop]').addEventListener('click', () => {
      this.stop();
      this.remember(false);
      page.find('[data-scan]').focus();
    });
    page.find('[data-torch]').addEventListener('click', ({ currentTarget }) => {
      const torch = currentTarget as HTMLElement;
      const on = torch.getAttribute('aria-pressed') !== 'true';
      torch.setAttribute('aria-pressed', String(on));
      camera.torch(on).catch(() => (torch.hidden = true));
    });
  }

  /** Somebody asks for a scan. */
  async start(): Promise<void> {
    this.note(null);
    this.gate.reset();
    if (!this.camera.possible) return this.note(this.page.say('camera-none'));
    this.wanted = true;
    this.show(true);
    this.page.announce(this.page.say('camera-starting'));
    try {
      const seen = (text: string) => this.look(text);
      if (!(await this.camera.start(seen, () => this.stop()))) return;
      this.page.announce(this.page.say('camera-on'));
      this.page.find('[data-torch]').hidden = !this.camera.hasTorch;
      this.remember(true);
    } catch (error) {
      this.stop();
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      this.note(this.page.say(refused ? 'camera-refused' : 'camera-none'));
    }
  }

  /** Starts where it was in use the last time, and the browser need not ask anybody. */
  async startByItself(): Promise<void> {
    const name = 'camera' as PermissionName;
    const permission = await navigator.permissions?.query({ name }).catch(() => null);
    if (permission?.state === 'granted') await this.start();
  }

  /** Off until somebody asks again. */
  stop(): void {
    this.wanted = false;
    this.pause();
  }

  /** Off while nobody can see the till. */
  pause(): void {
    this.camera.stop();
    this.show(false);
  }

  resume(): void {
    if (this.wanted && !this.camera.isOn) void this.start();
  }

  private look(text: string): void {
    const now = performance.now();
    if (!this.attends()) return this.gate.passes(text, now);
    if (this.gate.lets(text, now, this.page.current !== 'scan')) this.seen(text);
  }

  private show(on: boolean): void {
    this.page.find('[data-camera]').hidden = !on;
    this.page.find('[data-scan]').hidden = on;
    const torch = this.page.find('[data-torch]');
    torch.hidden = true;
    torch.setAttribute('aria-pressed', 'false');
  }
}
