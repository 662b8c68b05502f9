import { qrSvg } from '../../credentials/src/browser-qr.js';
import { askServer } from './phone-card/card-state.js';
import { keepPage } from './phone-card/keep-page.js';
import { intoStep, LiveCode, stepOf } from './phone-card/live-code.js';
import { browserStore, ServerClock } from './phone-card/server-clock.js';

/** How often the server is asked while the page lies open, in milliseconds. */
const ASK_EVERY = 300_000;
/** A page that says the same after it was loaded again is not loaded again within this time. */
const RELOAD_ONCE_IN = 60_000;

const root = document.querySelector<HTMLElement>('[data-phone-card]');
if (root) start(root, root.dataset as Record<string, string>);

/** Goes on with the card that the server drew: a new code every half minute, on the phone itself. */
function start(page: HTMLElement, data: Record<string, string>): void {
  const find = (part: string) => page.querySelector<HTMLElement>(`[data-card-${part}]`)!;
  const clock = new ServerClock(browserStore(), data['now']!);
  const code = new LiveCode(data['address']!, data['secret']!);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeStyle: 'medium',
    timeZone: 'Europe/London',
  });
  // en-CA writes dates as ISO 8601 does.
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: 'Europe/London' });
  let shown = NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function tick(): Promise<void> {
    clearTimeout(timer);
    const now = clock.now();
    timer = setTimeout(() => void tick(), 1000 - (now.getTime() % 1000));
    find('time').textContent = time.format(now);
    const over = day.format(now) > data['until']!;
    find('works').hidden = over;
    find('over').hidden = !over;
    if (stepOf(now) === shown) return;
    shown = stepOf(now);
    find('qr').innerHTML = qrSvg(await code.textAt(now));
  }

  /** The band runs with the code, also after the clock was put right. */
  function align(): void {
    find('band').style.animationDelay = `${-intoStep(clock.now())}ms`;
  }

  async function ask(): Promise<void> {
    const standing = await askServer(`${data['base']}/state.json`, { card: data['card']!, key: data['key']! }, clock);
    find('offline').hidden = standing !== 'unreachable';
    if (standing === 'changed') reload();
    await tick();
    align();
  }

  page.classList.add('card-page__live--running');
  find('life').hidden = false;
  void tick();
  align();
  void ask();
  void keepPage(data['scope']!);
  setInterval(() => void (document.hidden || ask()), ASK_EVERY);
  document.addEventListener('visibilitychange', () => void (document.hidden || tick().then(ask)));
  window.addEventListener('online', () => void ask());
  window.addEventListener('offline', () => void ask());
  window.addEventListener('pageshow', (event) => void (event.persisted && tick().then(ask)));
}

function reload(): void {
  const last = Number(sessionStorage.getItem('card-reloaded'));
  if (Math.abs(Date.now() - last) < RELOAD_ONCE_IN) return;
  sessionStorage.setItem('card-reloaded', String(Date.now()));
  location.reload();
}
