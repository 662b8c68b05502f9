import { AccessModule, Accounts } from '@carers/access';
import { AuditModule } from '@carers/audit';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { MessagesModule } from '@carers/messages';
import { bundledScheme, SchemeBrandModule, SchemeService } from '@carers/places';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Readable } from 'node:stream';
import { testDatabase } from '../../../../test/support/database.js';
import { testSettings } from '../../../../test/support/settings.js';
import { BusinessesModule } from '../businesses.module.js';
import { Moderation } from '../moderation.js';
import { BusinessImport } from './business-import.js';
import { ImportHeadingsMissing } from './import-rows.js';

const actor = { kind: 'system', id: 'import:businesses' } as const;
const head =
  'Name,Kind,Category,Website,Contact name,Contact email,Contact phone,Address1,Postcode,Online,Accessibility\n';

let app: TestingModule;
let database: Database;

async function run(csv: string | Buffer, dryRun = false) {
  const bad: string[] = [];
  const report = await app.get(BusinessImport).run(Readable.from([Buffer.from(csv as string)]), actor, {
    dryRun,
    onBad: ({ line, reasons }) =>
      void bad.push(`${line} ${reasons.map(({ field, message }) => `${field} ${message}`).join('; ')}`),
  });
  return { ...report, bad };
}

async function named(name: string) {
  return database.query<{ id: string; slug: string; status: string; branches: string[] }>(
    `SELECT id, slug, status, ARRAY(SELECT slug FROM branch WHERE business_id = business.id ORDER BY slug) AS branches
       FROM business WHERE name = $1 ORDER BY slug`,
    [name],
  );
}

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('import test'),
      JobsModule.for('asks'),
      AuditModule,
      MessagesModule,
      SchemeBrandModule,
      AccessModule,
      BusinessesModule,
    ],
  }).compile();
  await app.init();
  database = app.get(Database);
  await app.get(SchemeService).loadScheme(await bundledScheme('dorset'));
});
afterAll(() => app?.close());

describe('an import', () => {
  it('takes in good rows, lists bad ones with line and reason, and adds nothing when it is run again', async () => {
    const file =
      head +
      'Harbour Tea,independent,Eating & drinking,harbour.example,Jo,jo@harbour.example,01632 960001,1 Quay,bh151hj,,Step free; parking\n' +
      'Harbour Tea,independent,Eating & drinking,harbour.example,Jo,JO@harbour.example,,2 Beach,DT4 8AA,,\n' +
      'HARBOUR TEA,,eating-and-drinking,,Jo,jo@harbour.example,,2 béach,dt48aa,,\n' +
      'Wool,,Shops,,Pat,pat@wool.example,,,,yes,\n' +
      ',,Shops,,Pat,pat@wool.example,,1 Road,BH1 1AA,,\n' +
      `${'x'.repeat(300)},,Shops,,Pat,pat@wool.example,,1 Road,BH1 1AA,,\n` +
      'Far Away,,Shops,,Pat,pat@far.example,,1 Road,SW1A 1AA,,\n' +
      'No Such,,Moon trips,,Pat,pat at no,,1 Road,ZZ99 9ZZ,,helipad\n' +
      'Too Much,,Shops,,Pat,pat@wool.example,,1 Road,BH1 1AA,,,surplus\n' +
      'Too Little,,Shops\n';
    const first = await run(file);
    expect(first).toMatchObject({ rows: 10, businesses: 2, branches: 3, already: 1 });
    expect(first.bad.map((line) => line.split(' ')[0])).toEqual(['6', '7', '8', '9', '10', '11']);
    expect(first.bad[0]).toBe('6 name businesses:errors.name-missing');
    expect(first.bad[2]).toBe('8 postcode businesses:errors.outside-territory');
    expect(first.bad[3]).toContain('category businesses:errors.category-missing');
    expect(first.bad[3]).toContain('contactEmail businesses:errors.email-not-valid');
    expect(first.bad[3]).toContain('postcode places:errors.postcode-not-valid');
    expect(first.bad[3]).toContain('accessibility businesses:import.accessibility');
    expect(first.bad[4]).toBe('10  businesses:import.too-many-columns');

    expect(await named('Harbour Tea')).toMatchObject([
      { slug: 'harbour-tea', status: 'submitted', branches: ['harbour-tea-poole', 'harbour-tea-weymouth'] },
    ]);
    expect(await named('Wool')).toMatchObject([{ branches: ['wool-online'] }]);
    expect(await run(file)).toMatchObject({ businesses: 0, branches: 0, already: 4 });
  });

  it('with --dry-run says the same and changes nothing', async () => {
    const file = `${head}Maybe,,Shops,,Pat,pat@maybe.example,,1 Road,BH1 1AA,,\nMaybe,,Shops,,Pat,pat@maybe.example,,1 road,BH1 1AA,,\n`;
    expect(await run(file, true)).toMatchObject({ rows: 2, businesses: 1, branches: 1, already: 1 });
    expect(await named('Maybe')).toEqual([]);
    expect(await run(file)).toMatchObject({ businesses: 1, branches: 1 });
  });

  it('gives equal names of different people slugs of their own, within a file and across', async () => {
    const names = ['Pier', 'Pier', 'Pier 2', 'Pier', '🍦', '🍰'];
    const file =
      head + names.map((name, index) => `${name},,Shops,,Pat,p${index}@pier.example,,1 Road,BH1 1AA,,`).join('\n');
    expect(await run(file)).toMatchObject({ businesses: 6, branches: 6, bad: [] });
    const rows = await database.query<{ slug: string }>(
      `SELECT slug FROM business WHERE slug LIKE 'pier%' ORDER BY slug`,
    );
    expect(rows.map(({ slug }) => slug)).toEqual(['pier', 'pier-2', 'pier-2-2', 'pier-3']);
  });

  it('and another at the same moment make each business once', async () => {
    const file =
      head +
      Array.from({ length: 60 }, (_, i) => `Same ${i % 50},,Shops,,Pat,p@same.example,,1 Road,BH1 1AA,,`).join('\n');
    await Promise.all([run(file), run(file)]);
    expect(await database.query(`SELECT count(*)::int AS n FROM business WHERE name LIKE 'Same %'`)).toEqual([
      { n: 50 },
    ]);
  });

  it('makes no account until the business is published', async () => {
    await run(`${head}Later Known,,Shops,,Pat,pat@later.example,,1 Road,BH1 1AA,,\n`);
    const [{ id } = { id: '' }] = await named('Later Known');
    const owners = () => app.get(Accounts).byRole('business_owner', { kind: 'business', id });
    expect(await owners()).toEqual([]);
    await app.get(Moderation).publish(id, actor);
    expect(await owners()).toMatchObject([{ email: 'pat@later.example' }]);
  });

  it('needs headings', async () => {
    await expect(run('one,two\n1,2\n')).rejects.toThrow(ImportHeadingsMissing);
    await expect(run('')).rejects.toThrow(ImportHeadingsMissing);
  });
});
