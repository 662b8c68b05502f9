import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@carers/database';
import { Translations } from '@carers/pages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import type { ProgrammeDocument } from './programme-schema.js';
import { Programmes } from './programmes.js';
import { checkedProgramme, hashOf, readProgramme, shippedProgrammes } from './read-programme.js';

const shipped = Object.fromEntries(shippedProgrammes().map((document) => [document.slug, document]));
const award = shipped['carer-friendly-award']!;
const trader = shipped['trader-vetting']!;

/** A shipped document with a change made to a copy of it. */
function changed(document: ProgrammeDocument, change: (copy: ProgrammeDocument) => void): unknown {
  const copy = structuredClone(document);
  change(copy);
  return copy;
}

describe('the file of a programme', () => {
  it('ships twice, and both are whole', () => {
    expect(Object.keys(shipped)).toEqual(['carer-friendly-award', 'trader-vetting']);
    expect(award.checks).toHaveLength(5);
    expect(award.renewal.months).toBe(24);
    expect(award.fees).toEqual([]);
  });

  it.each<[string, (copy: ProgrammeDocument) => void, string]>([
    ['a check without a reason', (copy) => Object.assign(copy.checks[0]!, { why: undefined }), 'checks.0.why'],
    ['a text without British English', (copy) => (copy.title = { cy: 'Teitl' } as never), 'title.en-GB'],
    ['a text that could run a formula of ours', (copy) => (copy.title['en-GB'] = '{{secret}}'), 'title.en-GB'],
    ['a member that nobody reads', (copy) => Object.assign(copy.checks[0]!, { colour: 'red' }), 'checks.0'],
    ['a day that is none', (copy) => (copy.inForceFrom = '2026-02-30'), 'inForceFrom'],
    ['a check twice', (copy) => copy.checks.push(copy.checks[0]!), 'checks: has the key'],
    [
      'a tier that is not there',
      (copy) => (copy.tierRules[0]!.tier = 'extreme'),
      'tierRules.0.tier: names the tier extreme',
    ],
    ['a rule about no question', (copy) => (copy.tierRules[0]!.when[0]!.fact = 'hat'), 'names the fact hat'],
    ['an end that is not asked for', (copy) => (copy.checks[5]!.lasts = { until: 'insurer' }), 'no date question'],
    ['bands that do not grow', (copy) => (copy.fees[0]!.bands[1]!.upTo = 5), 'fees.0.bands.1.upTo: must grow'],
    ['a last band with an end', (copy) => (copy.fees[0]!.bands[3]!.upTo = 99), 'must be null in the last band'],
    ['two lists of one day', (copy) => copy.fees.push(copy.fees[0]!), 'two lists in force'],
    ['an outside scheme that is not named', (copy) => (copy.checks[2]!.insteadBy = ['abc']), 'the outside scheme abc'],
    ['a negative fee', (copy) => Object.assign(copy.fees[0]!.bands[0]!, { annual: -1 }), 'fees.0.bands.0'],
    ['a renewal of half a year', (copy) => (copy.renewal.months = 6), 'renewal.months'],
  ])('is refused with %s, in a sentence that names file, path and fault', (_what, change, told) => {
    const read = () => checkedProgramme(changed(trader, change), 'ours.json');
    expect(read).toThrow(/^The programme file ours\.json cannot be used: /);
    expect(read).toThrow(told);
  });

  it('is refused when it is no JSON, and stops the start where it ships', () => {
    expect(() => readProgramme('{', 'ours.json')).toThrow(/ours\.json cannot be used: the whole: is not JSON/);
    const folder = mkdtempSync(join(tmpdir(), 'programmes-'));
    writeFileSync(join(folder, 'broken.json'), JSON.stringify({ ...trader, slug: 'A B' }));
    expect(() => shippedProgrammes(folder)).toThrow(/broken\.json cannot be used: slug: must be a short key/);
    rmSync(folder, { recursive: true });
  });

  it('has the same fingerprint in whatever order its members stand', () => {
    const turned = Object.fromEntries(Object.entries(trader).reverse()) as ProgrammeDocument;
    expect(hashOf(turned)).toBe(hashOf(trader));
    expect(hashOf({ ...trader, appealDays: 29 })).not.toBe(hashOf(trader));
  });
});

describe('programmes', () => {
  let running: TestApp;
  let programmes: Programmes;
  let other: TestApp;
  beforeAll(async () => {
    running = await startTestApp();
    programmes = running.get(Programmes);
    await new Given(running).scheme();
    other = await startTestApp({ databaseUrl: running.settings.databaseUrl });
  });
  afterAll(async () => {
    await other?.close();
    await running?.close();
  });

  it('have words in the catalogues, in the pseudo-locale too', async () => {
    const { checks } = await programmes.current('trader-vetting');
    const insurance = checks.find(({ key }) => key === 'public-liability')!;
    expect(insurance.title).toBe('programmes:trader-vetting_2026-11.checks.public-liability.title');
    const words = running.get(Translations);
    expect(words.in('en-GB').t(insurance.title)).toBe('Public liability insurance');
    expect(words.in('en-XA').t(insurance.title)).toMatch(/^⟦/);
  });

  it('take a new version, which counts from its day, in other processes too, and leave running cases alone', async () => {
    const before = await new Given(running).case({ state: 'draft' });
    const next = changed(trader, (copy) => {
      copy.version = '2027-01';
      copy.inForceFrom = '2027-01-01';
      copy.title['en-GB'] = 'Trader vetting, anew';
    });
    expect(await programmes.import(next, { dryRun: true })).toMatchObject({ added: true });
    expect((await programmes.current('trader-vetting', '2027-01-01')).version).toBe('2026-11');
    expect(await programmes.import(next)).toMatchObject({ added: true, version: '2027-01' });
    expect(await programmes.import(next)).toMatchObject({ added: false });
    for (const app of [running, other]) {
      const there = app.get(Programmes);
      expect((await there.current('trader-vetting', '2026-12-31')).version).toBe('2026-11');
      const current = await there.current('trader-vetting', '2027-01-01');
      expect(app.get(Translations).in('en-GB').t(current.title)).toBe('Trader vetting, anew');
      expect((await there.version(before.case.programmeId)).version).toBe('2026-11');
    }
    expect((await programmes.allCurrent('2027-01-01')).map(({ slug, version }) => [slug, version])).toEqual([
      ['carer-friendly-award', '2026-11'],
      ['trader-vetting', '2027-01'],
    ]);
  });

  it('never change a version, not even by hand', async () => {
    const edited = changed(award, (copy) => (copy.appealDays = 1));
    await expect(programmes.import(edited)).rejects.toMatchObject({ slug: 'programme-version-taken' });
    await expect(programmes.import(edited, { dryRun: true })).rejects.toMatchObject({
      slug: 'programme-version-taken',
    });
    await expect(running.get(Database).query(`UPDATE programme_version SET version = 'x'`)).rejects.toThrow(
      /never changed/,
    );
  });

  it('that nobody knows are not found', async () => {
    await expect(programmes.current('nothing')).rejects.toMatchObject({ slug: 'programme-not-found' });
    await expect(programmes.current('trader-vetting', '2020-01-01')).rejects.toMatchObject({
      slug: 'programme-not-found',
    });
    await expect(programmes.version('x')).rejects.toMatchObject({ slug: 'programme-not-found' });
  });
});
