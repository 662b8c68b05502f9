import { openBrowser } from '../support/browser.js';
import { LoneTillPage } from '../support/lone-till-page.js';
import { median } from './rounds.js';
import { row, type Row } from './rows.js';

/** How long a check may take in a browser, in milliseconds. */
const most = 50;
const checks = 500;

/** A check in a real Chromium with a list of a million cards: the usual time, and the time that 19 of 20 stay below. */
export async function browserCheckRows(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    const till = await LoneTillPage.open(browser);
    const texts = await till.cards(checks);
    // The first few find the script untranslated, as the first scan of a shift does: they are counted too.
    const answers = await till.check(texts);
    const wrong = answers.find(({ answer }) => answer !== 'valid');
    if (wrong) throw new Error(`A good card was answered with ${wrong.answer}.`);
    const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
    const timeRow = (name: string, ours: number) =>
      row({ name, unit: 'ms', ours, bare: most, target: 1, atMost: true });
    return [
      timeRow('browser-check', median(times)),
      timeRow('browser-check-p95', times[Math.floor(checks * 0.95)]!),
      timeRow('browser-check-max', times.at(-1)!),
    ];
  } finally {
    await browser.close();
  }
}
