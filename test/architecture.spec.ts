import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readFacts } from './support/architecture.js';
import { breaches, type House } from './support/architecture-rules.js';

const root = join(import.meta.dirname, '..');

/** The house. A new lib is added here first, on the lowest line that lets it import what it needs. */
const house: House = {
  order: [
    ['kernel'],
    ['credentials'],
    ['offer-rules'],
    ['settings'],
    ['database', 'pages'],
    ['jobs', 'audit'],
    ['suppression', 'composer'],
    ['messages'],
    ['access', 'places'],
    ['cards', 'businesses', 'reviews'],
    ['payments', 'evidence', 'webhooks'],
    ['offers', 'information-service'],
    ['vetting', 'bulletins', 'referrers'],
    ['applications', 'till', 'recruiting', 'service-figures'],
    ['automatic-messages', 'chains', 'misuse'],
    ['demo'],
  ],
  allowed: {
    environment: ['libs/settings/', 'test/'],
    // A page in somebody's browser has no Clock or Chance of ours to ask.
    time: ['libs/kernel/', 'test/', ...browserFolders()],
    // A nonce of AES-GCM and a signing key must never come from a Chance that somebody has seeded.
    chance: [
      'libs/kernel/',
      'libs/database/src/sealing.ts',
      'libs/credentials/src/node-keys.ts',
      'test/',
      ...browserFolders(),
    ],
  },
  longestFile: 400,
};

function libs(): string[] {
  return readdirSync(join(root, 'libs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function browserFolders(): string[] {
  return libs().map((lib) => `libs/${lib}/browser/`);
}

function sources() {
  return ['apps', 'libs', 'migrations'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({
        path: file
          .slice(root.length + 1)
          .split(sep)
          .join('/'),
        text: readFileSync(file, 'utf8'),
      })),
  );
}

describe('this house', () => {
  it('keeps its own rules', () => {
    const files = sources().map(readFacts);
    expect(files.length).toBeGreaterThan(30);
    expect(breaches(files, house)).toEqual([]);
  });

  it('has a door and a page about itself in each lib', () => {
    const missing = libs()
      .flatMap((lib) => [`libs/${lib}/src/index.ts`, `libs/${lib}/README.md`])
      .filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});

/** What the rules say of made-up files. */
function judge(files: Record<string, string>): string[] {
  return breaches(
    Object.entries(files).map(([path, text]) => readFacts({ path, text })),
    house,
  );
}

describe('the rules', () => {
  it('let a lib import from lines above its own, and apps and migrations from every lib', () => {
    const text = `import { Clock } from '@carers/kernel';\nimport pg from 'pg';\nimport { join } from 'node:path';`;
    expect(judge({ 'libs/cards/src/a.ts': text, 'apps/web/src/a.ts': text, 'migrations/a.ts': text })).toEqual([]);
  });

  it.each([
    ['a lower line', `import { Till } from '@carers/till';`, 'not on a line above cards'],
    ['its own line', `import { Businesses } from '@carers/businesses';`, 'not on a line above cards'],
    ['its own door', `export * from '@carers/cards';`, 'its own door'],
    ['a lib that is not listed', `import '@carers/sheds';`, 'does not name'],
    ['the inside of a lib', `import { a } from '@carers/kernel/src/clock.js';`, 'reaches into'],
    ['a lib by its path', `import { a } from '../../kernel/src/index.js';`, 'by a path'],
    ['a lower line only for a type', `import type { Till } from '@carers/till';`, 'not on a line above'],
    ['a lower line, late', `const till = await import('@carers/till');`, 'not on a line above'],
    ['a lower line inside a type', `let t: import('@carers/till').Till;`, 'not on a line above'],
    ['an app', `import { a } from '../../../apps/web/src/a.js';`, 'from outside the libs'],
    ['a fixture in code that ships', `import { a } from './a.fixture.js';`, 'for specs only'],
    ['test support in code that ships', `import { a } from '../../../test/support/a.js';`, 'from outside the libs'],
  ])('refuse an import of %s', (_what, text, wrong) => {
    expect(judge({ 'libs/cards/src/a.ts': text })).toEqual([expect.stringContaining(wrong)]);
  });

  it('refuse a lib that is not listed, and one app importing another', () => {
    expect(judge({ 'libs/sheds/src/a.ts': '' })).toEqual([expect.stringContaining('does not name')]);
    expect(judge({ 'apps/web/src/a.ts': `import '../../worker/src/a.js';` })).toEqual([
      expect.stringContaining('another app (worker)'),
    ]);
  });

  it('let specs use test support, and browser code the browser doors of lines above', () => {
    expect(judge({ 'libs/cards/src/a.spec.ts': `import '../../../test/support/database.js';` })).toEqual([]);
    expect(judge({ 'libs/cards/src/a.fixture.ts': `import '../../../test/support/database.js';` })).toEqual([]);
    expect(judge({ 'libs/till/browser/a.ts': `import '../../credentials/src/browser.js';` })).toEqual([]);
    expect(judge({ 'libs/till/browser/a.ts': `import '../../credentials/src/browser-qr.js';` })).toEqual([]);
    expect(judge({ 'libs/pages/browser/a.ts': `import '../../till/src/browser.js';` })).toHaveLength(1);
    expect(judge({ 'libs/till/browser/a.ts': `import '../../credentials/src/index.js';` })).toHaveLength(1);
  });

  it('refuse a ring of files, however long, unless only types go round', () => {
    const ring = (last: string) => ({
      'libs/cards/src/a.ts': `import { b } from './b.js';`,
      'libs/cards/src/b.ts': `export { c } from './c.js';`,
      'libs/cards/src/c.ts': last,
    });
    expect(judge(ring(`import { a } from './a.js';`))).toEqual([
      expect.stringContaining('libs/cards/src/a.ts → libs/cards/src/b.ts → libs/cards/src/c.ts → libs/cards/src/a.ts'),
    ]);
    expect(judge(ring(`import type { a } from './a.js';`))).toEqual([]);
    expect(judge(ring(`import { type a } from './a.js';`))).toEqual([]);
    expect(judge(ring(`import { type a, d } from './a.js';`))).toHaveLength(1);
  });

  it.each([
    ['process.env.PORT', 'process.env'],
    [`process['env']`, 'process.env'],
    ['globalThis.process.env', 'process.env'],
    [`import { env } from 'node:process';`, 'process.env'],
    ['new Date()', 'Clock'],
    ['new Date', 'Clock'],
    ['Date()', 'Clock'],
    ['Date.now()', 'Clock'],
    ['const now = Date.now;', 'Clock'],
    ['Math.random()', 'Chance'],
    ['crypto.randomUUID()', 'Chance'],
    ['globalThis.crypto.getRandomValues(bytes)', 'Chance'],
    [`import { randomUUID } from 'node:crypto';`, 'Chance'],
    [`import { randomBytes as dice } from 'crypto';`, 'Chance'],
  ])('refuse %s outside its place', (text, instead) => {
    expect(judge({ 'libs/cards/src/a.ts': `\n${text}` })).toEqual([expect.stringContaining(instead)]);
    expect(judge({ 'libs/cards/src/a.ts': `\n${text}` })[0]).toContain('libs/cards/src/a.ts:2 ');
  });

  it('let the kernel ask for the time and the settings read the environment, but not the other way round', () => {
    expect(
      judge({ 'libs/kernel/src/a.ts': 'new Date(); Math.random();', 'libs/settings/src/a.ts': 'process.env' }),
    ).toEqual([]);
    expect(judge({ 'libs/kernel/src/a.ts': 'process.env', 'libs/settings/src/a.ts': 'new Date()' })).toHaveLength(2);
  });

  it('find nothing in comments, strings and instants that are given', () => {
    const text = `// new Date() and process.env\nconst a = 'Math.random()';\nconst b = new Date(at);\nclock.now();`;
    expect(judge({ 'libs/cards/src/a.ts': text })).toEqual([]);
  });

  it('refuse a file that is too long, unless it is data', () => {
    const long = '\n'.repeat(401);
    expect(judge({ 'libs/cards/src/a.ts': long })).toEqual([expect.stringContaining('401 lines')]);
    expect(judge({ 'libs/cards/src/a.data.ts': long, 'libs/cards/src/b.ts': '\n'.repeat(400) })).toEqual([]);
  });
});
