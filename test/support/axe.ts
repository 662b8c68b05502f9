import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';

/** A rule of axe that a page breaks, and where. */
export interface Violation {
  id: string;
  nodes: { html: string; target: string }[];
}

/** WCAG 2.2 at level AA, and what axe's makers advise beside it. */
export const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const fromPackage = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
let read: string | undefined;

/** Axe itself. The axes of a page and of its frames talk to each other, wherever a frame is from. */
function source(): string {
  return (read ??= `${readFileSync(fromPackage.resolve('axe-core/axe.min.js'), 'utf8')};
    axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] });`);
}

const brought = new WeakSet<BrowserContext>();

/** Puts axe into every page that this context will open: a quarter of the time that it takes to hand it to each. */
export async function bringAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: source() });
  brought.add(context);
}

/**
 * What axe finds wrong with a page, in all its frames. The package's own builder hands over everything that is right
 * too, thousands of elements a page, which takes longer than the look.
 *
 * @param tags which rules; without them all that axe has on by itself
 */
export async function violationsOf(page: Page, tags?: readonly string[]): Promise<Violation[]> {
  // Some pages are made by their script, a moment after they have loaded: the till's, and what asks for its state.
  await page.locator('h1:visible').first().waitFor();
  if (!brought.has(page.context())) for (const frame of page.frames()) await frame.evaluate(source());
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const found = await axe.run(document, { ...(only && { runOnly: [...only] }), resultTypes: ['violations'] });
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, target }) => ({ html, target: target.join(' ') })),
    }));
  }, tags);
}

interface Axe {
  run(
    context: Document,
    options: { runOnly?: string[]; resultTypes: string[] },
  ): Promise<{ violations: { id: string; nodes: { html: string; target: string[] }[] }[] }>;
}
