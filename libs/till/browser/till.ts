import { Camera } from './till/camera.js';
import { Counter } from './till/counter.js';
import { forgetTill, storedTill, storeTill } from './till/key-store.js';
import { TillPage } from './till/page.js';
import { isScannedText, listenToScanner } from './till/scanner-keys.js';
import { NoConnection, pair, Refused, type UndoReason } from './till/service.js';
import { Sounds } from './till/sounds.js';

const page = new TillPage();
const sounds = new Sounds();
const camera = new Camera(page.find<HTMLVideoElement>('video'), {
  script: page.root.dataset['reader']!,
  wasm: page.root.dataset['wasm']!,
});
const number = page.find<HTMLInputElement>('#number');
const code = page.find<HTMLInputElement>('#code');
let counter: Counter | null = null;
/** Whether the camera was in use for the card before: then it starts by itself for the next one. */
let withCamera = false;

/** Opens the till that this phone is, or asks for the code that makes it one. */
function open(): void {
  const address = new URLSearchParams(location.hash.slice(1));
  // A code or a card must not stay in the address: the phone's history would show it.
  if (location.hash) history.replaceState(null, '', location.pathname);
  const till = storedTill();
  const [newCode, card] = [address.get('pair'), address.get('card')];
  if (!till || newCode) {
    camera.stop();
    code.value = newCode ?? '';
    return page.show('pair');
  }
  const made = (counter = new Counter(page, till, sounds, (asked, mistyped) => void ready(asked, mistyped)));
  made.next(false);
  if (card) void made.check(card, true);
  else void made.greet();
}

/** The screen for the next card: the camera goes on where it was used before. */
async function ready(asked: boolean, mistyped: string): Promise<void> {
  number.value = mistyped;
  page.fieldError('number', null);
  showCamera(false);
  if (mistyped) number.select();
  else if (asked && withCamera) await scan();
}

async function scan(): Promise<void> {
  counter?.note(null);
  if (!camera.possible) return counter?.note(page.say('camera-none'));
  withCamera = true;
  showCamera(true);
  page.announce(page.say('camera-starting'));
  try {
    const text = await camera.scan(() => {
      page.announce(page.say('camera-on'));
      page.find('[data-torch]').hidden = !camera.hasTorch;
    });
    if (text) await counter?.check(text, true);
  } catch (error) {
    withCamera = false;
    camera.stop();
    showCamera(false);
    const refused = error instanceof DOMException && error.name === 'NotAllowedError';
    counter?.note(page.say(refused ? 'camera-refused' : 'camera-none'));
  }
}

function showCamera(on: boolean): void {
  if (!on) camera.stop();
  page.find('[data-camera]').hidden = !on;
  page.find('[data-scan]').hidden = on;
  const torch = page.find('[data-torch]');
  torch.hidden = true;
  torch.setAttribute('aria-pressed', 'false');
}

/** Checks what was typed or came from a scanner that types. */
async function typed(text: string): Promise<void> {
  camera.stop();
  showCamera(false);
  await counter?.check(text.trim(), isScannedText(text.trim()));
}

page.find<HTMLFormElement>('[data-pair]').addEventListener('submit', (event) => {
  event.preventDefault();
  void pairPhone();
});

async function pairPhone(): Promise<void> {
  if (!code.value.trim()) return page.fieldError('code', page.say('code-missing'));
  try {
    storeTill(await pair(code.value));
    page.fieldError('code', null);
    code.value = '';
    open();
  } catch (error) {
    page.fieldError('code', page.say(whyNotPaired(error)));
  }
}

function whyNotPaired(error: unknown): string {
  if (error instanceof NoConnection) return 'no-connection';
  if (!(error instanceof Refused) || error.status >= 500) return 'wrong';
  return error.status === 429 ? 'too-many' : 'code-refused';
}

page.find<HTMLFormElement>('[data-number]').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!number.value.trim()) return page.fieldError('number', page.say('number-missing'));
  page.fieldError('number', null);
  void typed(number.value);
});
page.find('[data-scan]').addEventListener('click', () => void scan());
page.find('[data-stop]').addEventListener('click', () => {
  withCamera = false;
  showCamera(false);
  page.find('[data-scan]').focus();
});
page.find('[data-torch]').addEventListener('click', (event) => {
  const torch = event.currentTarget as HTMLElement;
  const on = torch.getAttribute('aria-pressed') !== 'true';
  torch.setAttribute('aria-pressed', String(on));
  camera.torch(on).catch(() => (torch.hidden = true));
});
for (const button of page.all('.till-next')) button.addEventListener('click', () => counter?.next(true));
for (const button of page.all('[data-undo]')) button.addEventListener('click', () => counter?.askWhy());
for (const button of page.all('[data-why]').filter(({ tagName }) => tagName === 'BUTTON')) {
  button.addEventListener('click', () => void counter?.undo(button.dataset['why'] as UndoReason));
}
page.find('[data-keep]').addEventListener('click', () => counter?.keep());
page.find('[data-again]').addEventListener('click', () => void counter?.again());
page.find('[data-pair-again]').addEventListener('click', () => {
  forgetTill();
  counter = null;
  page.show('pair');
});

listenToScanner([number, code], (text) => void typed(text));
for (const kind of ['pointerdown', 'keydown']) {
  document.addEventListener(kind, () => {
    sounds.wake();
    counter?.touched();
  });
}
document.addEventListener('visibilitychange', () => {
  if (document.hidden) showCamera(false);
});
window.addEventListener('hashchange', open);
open();
