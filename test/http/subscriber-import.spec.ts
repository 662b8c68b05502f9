import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@carers/database';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { addSubscriberImport } from '../../apps/cli/src/commands/import-subscribers.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Browser } from './access-browser.js';
import { schemeWith, staffOf } from './applications-support.js';
import { sendFile } from './staff-browser.js';

const path = '/staff/information-service/import';

let program: TestApp;
let officer: Browser;
let stranger: Browser;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program, {});
  const { regions } = await program.get(SchemeService).current();
  const serviceAt = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return regions.find((region) => region.id === regionId)!.carersServiceId;
  };
  const scope = async (postcode: string) => ({ kind: 'carers_service' as const, id: await serviceAt(postcode) });
  officer = await staffOf(program, 'carers_service_officer', 'Olive', await scope('BH15 1HJ'));
  stranger = await staffOf(program, 'carers_service_officer', 'Sten', await scope('DT1 1XJ'));
});
afterAll(() => program?.close());

/** Sends a list and gives the address of its page. */
async function uploaded(csv: string): Promise<string> {
  const sent = await sendFile(officer, path, path, { field: 'file', name: 'carers.csv', bytes: Buffer.from(csv) });
  expect(sent.status).toBe(303);
  return sent.headers['location']!;
}

/** The columns as the page guessed them. */
function guessed(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/<select[^>]*name="(map\.[^"]+)"[\s\S]*?<\/select>/g)].map((found) => [
      found[1]!,
      /<option value="([^"]*)" selected/.exec(found[0])?.[1] ?? '',
    ]),
  );
}

const csv =
  'Full name,Email,Post code,Notes\n' +
  'Imogen Webimport,imogen@example.org,BH15 1HJ,\n' +
  'Imo Webimport,imogen@example.org,BH15 1HJ,\n' +
  '"=HYPERLINK(""http://x"")",no address,BH15 1HJ,\n' +
  'Nowhere Webimport,nowhere@example.org,ZZ99 9ZZ,\n';

describe('bringing in a list', () => {
  it('goes from the file over its columns and a dry run to the list of the service', async () => {
    const list = await uploaded(csv);
    const columns = await officer.get(list);
    expect(columns.text).toContain('Which column is which?');
    const form = guessed(columns.text);
    expect(form).toMatchObject({ 'map.fullName': '0', 'map.email': '1', 'map.postcode': '2', 'map.birthDate': '' });

    const short = await officer.submit(list, { ...form, 'map.postcode': '' }, `${list}/columns`);
    expect(short.text).toContain('Choose the column of the postcode');
    const half = await officer.submit(list, { ...form, wording: 'Yes please' }, `${list}/columns`);
    expect(half.text).toContain('Enter where the proof is kept');

    await officer.submit(list, form, `${list}/columns`);
    await program.work();
    const dry = await officer.get(list);
    expect(dry.text).toContain('Nobody is registered yet');
    expect(dry.text).toContain('Put in 2 rows');
    expect(dry.text).toContain('get no mail until they say yes');
    const errors = await officer.get(`${list}/errors.csv`);
    expect(errors.headers['content-type']).toContain('text/csv');
    expect(errors.text).toContain("'=HYPERLINK");
    expect(errors.text).toContain('Enter a full UK postcode');

    await Promise.all([1, 2].map(() => officer.submit(list, {}, `${list}/commit`)));
    await program.work();
    const done = await officer.get(`${list}?rows=registered`);
    expect(done.text).toContain('Imogen Webimport');
    const people = await program
      .get(Database)
      .query(
        `SELECT s.source_kind FROM cardholder c JOIN subscriber s ON s.cardholder_id = c.id WHERE last_name = $1`,
        ['Webimport'],
      );
    expect(people).toEqual([{ source_kind: 'import' }, { source_kind: 'import' }]);
  });

  it('asks about people who may be known', async () => {
    const list = await uploaded('First name,Last name,Email,Postcode\nImogene,Webimport,imogen@example.org,BH15 1HJ\n');
    await officer.submit(list, guessed((await officer.get(list)).text), `${list}/columns`);
    await program.work();
    const asked = await officer.get(list);
    expect(asked.text).toContain('The same email address');
    const sent = await officer.submit(list, { line: '2', what: 'new' }, `${list}/decide`);
    expect(sent.status).toBe(303);
    expect((await officer.get(list)).text).toContain('Put in 1 row');
    expect((await officer.submit(list, { line: '2', what: 'new' }, `${list}/decide`)).status).toBe(409);
  });

  it('is the service’s own, and refuses what is no list', async () => {
    const list = await uploaded(csv);
    expect((await stranger.get(list)).status).toBe(404);
    expect((await stranger.get(`${list}/errors.csv`)).status).toBe(404);
    expect((await stranger.submit(path, {}, `${list}/commit`)).status).toBe(404);
    const wrong = await sendFile(officer, path, path, { field: 'file', name: 'x.pdf', bytes: Buffer.from('%PDF\0') });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('We cannot read this file');
    await officer.submit(list, {}, `${list}/drop`);
    expect((await officer.get(path)).text).toContain('Taken back');
  });
});

describe('import:subscribers', () => {
  async function run(...line: string[]) {
    const answers: { json: unknown; words: string | undefined }[] = [];
    const command = new Command();
    addSubscriberImport(command, {
      inApp: (work) => work(program.get),
      answer: (json, words) => void answers.push({ json, words }),
      progress: () => undefined,
    });
    await command.parseAsync(['import:subscribers', ...line], { from: 'user' });
    return answers[0] as { json: Record<string, unknown>; words: string | undefined };
  }

  it('says what would happen, puts it in, lists what stays out, and names what is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'subscribers-'));
    const file = join(folder, 'list.csv');
    const rows = 'Ada,Commandline,ada@example.org,BH15 1HJ,yes,1/5/2025,web\n=Bad,Row,,BH15 1HJ,,,\n';
    writeFileSync(file, `Given,Surname,Work,Postcode,Consent email,Consent date,Consent how\n${rows}`);
    const { carersServices, regions } = await program.get(SchemeService).current();
    const { regionId } = await program.get(Places).find('BH15 1HJ');
    const { carersServiceId } = regions.find(({ id }) => id === regionId)!;
    const service = ['--service', carersServices.find(({ id }) => id === carersServiceId)!.slug];
    const proof = ['--wording', 'Yes please', '--kept', 'Old website'];
    const columns = ['--map', 'firstName=Given', '--map', 'email=Work'];
    const tried = await run(file, ...service, ...proof, ...columns, '--dry-run');
    expect(tried.json).toMatchObject({ rows: 2, ready: 1, bad: 1, dryRun: true });
    const done = await run(file, ...service, ...proof, ...columns);
    expect(done.json).toMatchObject({ registered: 1, bad: 1 });
    expect(done.words).toContain('1 people registered');
    expect(readFileSync(`${file}.rejects.csv`, 'utf8')).toContain("'=Bad");
    const again = await run(file, ...service, ...proof, ...columns);
    expect(again.json).toMatchObject({ registered: 0, already: 1 });
    const agreed = await program.get(Database)
      .query(`SELECT evidence FROM consent_event e JOIN subscriber s ON s.id = e.subscriber_id
                JOIN cardholder c ON c.id = s.cardholder_id WHERE c.last_name = 'Commandline'`);
    expect(agreed).toEqual([{ evidence: { givenOn: '2025-05-01', how: 'web', kept: 'Old website' } }]);

    await expect(run(file, '--service', 'nowhere')).rejects.toThrow('There is no carers service nowhere');
    await expect(run(file, ...service, '--wording', 'Yes')).rejects.toThrow('--kept');
    await expect(run(file, ...service, '--map', 'email=Home')).rejects.toThrow('no heading');
    rmSync(folder, { recursive: true, force: true });
  });
});
