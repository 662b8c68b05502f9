import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { EvidenceFiles } from '@carers/evidence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../libs/evidence/src/eicar.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { StandInClamd } from '../support/clamd.js';
import { heic, pdfOf, picture } from '../support/files.js';
import { Given } from '../support/given.js';
import type { GivenCase } from '../support/given-case.js';
import { Browser } from './access-browser.js';
import { sendFile, staffBrowser } from './staff-browser.js';

describe('files that are sent as evidence', () => {
  const clamd = new StandInClamd(['a bad thing']);
  let port: number;
  let program: TestApp;
  let one: GivenCase;
  let officer: Browser;
  let visit: string;

  beforeAll(async () => {
    port = await clamd.start();
    program = await startTestApp({ env: { CLAMD_HOST: '127.0.0.1', CLAMD_PORT: String(port) } });
    const given = new Given(program);
    await given.scheme();
    one = await given.case({ state: 'in_review' });
    officer = await staffBrowser(program, one.officers[0]);
    const begun = await officer.submit(`/staff/vetting/${one.case.id}/visits/new`, {
      'on-day': '20',
      'on-month': '11',
      'on-year': '2026',
    });
    visit = begun.headers['location'] as string;
  });
  afterAll(async () => {
    await program?.close();
    await clamd.stop();
  });

  const send = (bytes: Buffer, name: string) =>
    sendFile(officer, visit, `${visit}/photos`, { field: 'photo', name, bytes });
  const kept = () => program.get(EvidenceFiles).of([{ kind: 'site_visit', id: visit.split('/').at(-1)! }]);

  it('are refused in words that say what to do, at the field, and nothing is kept', async () => {
    const refused: [Buffer, string][] = [
      [heic(), 'Most Compatible'],
      [Buffer.from('<svg onload="alert(1)"/>'), 'cannot take drawings'],
      [Buffer.from('504b0304140000000000', 'hex'), 'packed files'],
      [Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), 'office documents'],
      [Buffer.from(eicar), 'carries a virus'],
      [await pdfOf(['x'], (document) => (document.info.Title = 'a bad thing')), 'carries a virus'],
      [await pdfOf(['x'], undefined, { userPassword: 'x' }), 'locked with a password'],
      [Buffer.from('%PDF-1.7 broken'), 'damaged'],
    ];
    for (const [bytes, words] of refused) {
      const answer = await send(bytes, 'innocent.jpg');
      expect([words, answer.status, answer.text.includes(words)]).toEqual([words, 422, true]);
      expect(answer.text).toContain('href="#photo"');
    }
    expect((await send(Buffer.alloc(10_050_000, 'x'), 'big.jpg')).text).toContain('10 MB is the most');
    expect(
      (await sendFile(officer, visit, `${visit}/photos`, { field: 'other', name: 'a', bytes: Buffer.from('a') })).text,
    ).toContain('Choose a photo');
    expect(await kept()).toEqual([]);
  });

  it('are held while the scanner is down, and open once it has agreed', async () => {
    await clamd.stop();
    expect((await send(await picture().jpeg().toBuffer(), 'van.jpg')).status).toBe(303);
    expect((await officer.get(visit)).text).toContain('Waits for the virus check');
    const [file] = await kept();
    const address = `/staff/vetting/${one.case.id}/files/${file!.id}`;
    expect((await officer.get(address)).status).toBe(409);
    await clamd.start(port);
    await program
      .get(Database)
      .pool.query(`UPDATE queue.job SET start_after = now() WHERE name = 'evidence.scan-held'`);
    await program.work();
    expect((await officer.get(address)).status).toBe(200);
  });

  it('come as downloads in a sandbox to those whose case it is, and each look is written down', async () => {
    const [file] = await kept();
    const address = `/staff/vetting/${one.case.id}/files/${file!.id}`;
    const { headers, status } = await officer.get(address);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toMatch(/^attachment; /);
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toContain('no-store');
    expect((await new Browser(program).get(address)).status).toBe(303);
    const owner = await staffBrowser(program, one.owner);
    expect((await owner.get(address)).status).toBe(403);
    const events = await program.get(Audit).historyOf({ kind: 'evidence', id: file!.id });
    expect(events.filter(({ action }) => action === 'evidence.viewed').length).toBeGreaterThan(0);
  });

  it('are let in a few at a time', async () => {
    const bytes = await picture(600, 400).png().toBuffer();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => send(bytes, `photo ${at}.png`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 303));
    // The same bytes for the same visit are one file.
    expect((await kept()).filter(({ mediaType }) => mediaType === 'image/png')).toHaveLength(1);
  });
});
