import { Audit, AuditModule } from '@carers/audit';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { Clock, SetClock } from '@carers/kernel';
import { BrandSource, ContrastTooLow, demoBrand } from '@carers/pages';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { bundledScheme } from './bundled-scheme.js';
import { Places } from './places.js';
import { NoPolicyYet, NoScheme, SchemeNotValid } from './places.problems.js';
import { PlacesModule, SchemeBrandModule } from './places.module.js';
import type { SchemeDocument } from './scheme-document.js';
import { SchemeService } from './scheme.service.js';

const actor = { kind: 'system', id: 'test' } as const;
let app: TestingModule;
let schemes: SchemeService;
let database: Database;
const clock = new SetClock('2026-11-21T12:00:00Z');

const dorset = async () => structuredClone(await bundledScheme('dorset')) as SchemeDocument;

/** Every row of the lib's tables, in order. */
async function everything(): Promise<unknown> {
  const tables = ['scheme', 'scheme_policy', 'carers_service', 'region', 'town'];
  return Promise.all(tables.map((table) => database.query(`SELECT * FROM ${table} ORDER BY id`)));
}

async function start(): Promise<void> {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('places test'),
      AuditModule,
      PlacesModule,
      SchemeBrandModule,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await app.init();
  schemes = app.get(SchemeService);
  database = app.get(Database);
}

describe('a deployment without a scheme', () => {
  beforeAll(start);
  afterAll(() => app.close());

  it('says so, and still has a face', async () => {
    await expect(schemes.current()).rejects.toThrow(NoScheme);
    expect(await app.get(BrandSource).current()).toBe(demoBrand);
  });
});

describe('the demo scheme', () => {
  beforeAll(start);
  beforeEach(async () => {
    await schemes.loadScheme(await dorset());
  });
  afterAll(() => app.close());

  it('is in place with its regions, towns and carers services', async () => {
    const scheme = await schemes.current();
    expect(scheme.brand.name).toBe('Dorset Carers Card');
    const regions = await schemes.regions();
    expect(regions).toHaveLength(12);
    expect(regions.map((region) => region.position)).toEqual(regions.map((_, index) => index));
    const services = new Set(scheme.carersServices.map((service) => service.id));
    for (const region of regions) {
      expect(region.towns.length).toBeGreaterThan(0);
      expect(services).toContain(region.carersServiceId);
    }
    const place = await app.get(Places).find('dt4 8aa');
    expect(place.regionId).toBe(regions.find((region) => region.slug === 'weymouth')?.id);
  });

  it('is changed by nothing when it is loaded again', async () => {
    const before = await everything();
    const events = await database.query(`SELECT id FROM audit_event WHERE action = 'scheme.imported'`);
    expect(await schemes.loadScheme(await dorset())).toMatchObject({ changed: false });
    expect(await everything()).toEqual(before);
    expect(await database.query(`SELECT id FROM audit_event WHERE action = 'scheme.imported'`)).toEqual(events);
  });

  it('is loaded once when two load it together', async () => {
    const document = await dorset();
    document.brand.tagline = 'Thank you';
    const reports = await Promise.all([schemes.loadScheme(document), schemes.loadScheme(document)]);
    expect(reports.map((report) => report.changed).sort()).toEqual([false, true]);
    expect(await database.query('SELECT count(*) AS count FROM region')).toEqual([{ count: 12 }]);
  });

  it('keeps ids when a later version renames, adds and takes away', async () => {
    const before = await schemes.current();
    const document = await dorset();
    const portland = document.regions.findIndex((region) => region.slug === 'portland');
    const [gone] = document.regions.splice(portland, 1);
    const weymouth = document.regions.find((region) => region.slug === 'weymouth')!;
    weymouth.name = 'Weymouth and Portland';
    weymouth.wards.push(...gone!.wards);
    for (const town of document.towns) if (town.region === 'portland') town.region = 'weymouth';
    document.towns.push({ slug: 'osmington', name: 'Osmington', region: 'weymouth', lat: 50.646, lng: -2.377 });

    expect(await schemes.loadScheme(document)).toMatchObject({ changed: true, revision: before.revision + 1 });
    const after = await schemes.current();
    const idOf = (scheme: typeof after, slug: string) => scheme.regions.find((region) => region.slug === slug)?.id;
    expect(after.regions).toHaveLength(11);
    expect(idOf(after, 'weymouth')).toBe(idOf(before, 'weymouth'));
    const towns = after.regions.find((region) => region.slug === 'weymouth')!.towns;
    const easton = before.regions[portland]!.towns.find((town) => town.slug === 'easton')!;
    expect(towns.find((town) => town.slug === 'easton')?.id).toBe(easton.id);
    expect(towns.map((town) => town.slug)).toContain('osmington');
    expect(await app.get(Places).find('DT5 1AA')).toMatchObject({ regionName: 'Weymouth and Portland' });
  });

  it('is seen at once where it was changed, also by who was being answered meanwhile', async () => {
    const { reader } = database;
    const find = reader.find.bind(reader) as (...asked: unknown[]) => Promise<never[]>;
    let goOn!: () => void;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const slow = jest.spyOn(reader, 'find').mockImplementationOnce(async (...asked) => {
      const before = await find(...asked);
      await held;
      return before;
    });
    schemes.forget();
    const early = schemes.current();
    const document = await dorset();
    document.brand.tagline = 'Seen at once';
    await schemes.loadScheme(document);
    goOn();
    await early;
    slow.mockRestore();
    expect((await schemes.current()).brand.tagline).toBe('Seen at once');
  });

  it('is saved whole or not at all', async () => {
    const before = await everything();
    const document = await dorset();
    document.brand.tagline = 'Half saved';
    await expect(
      database.transaction(async (tx) => {
        await schemes.importScheme(tx, document);
        throw new Error('the power went');
      }),
    ).rejects.toThrow('the power went');
    expect(await everything()).toEqual(before);
  });

  it('cannot lose a region that something belongs to', async () => {
    await database.query('CREATE TABLE guest (region_id uuid CONSTRAINT fk_guest__region REFERENCES region)');
    await database.query(`INSERT INTO guest SELECT id FROM region WHERE slug = 'portland'`);
    const before = await everything();
    const document = await dorset();
    const [portland] = document.regions.splice(
      document.regions.findIndex((region) => region.slug === 'portland'),
      1,
    );
    document.regions[0]!.wards.push(...portland!.wards);
    document.towns = document.towns.filter((town) => town.region !== 'portland');
    await expect(schemes.loadScheme(document)).rejects.toMatchObject({ faults: [expect.stringContaining('portland')] });
    expect(await everything()).toEqual(before);
    await database.query('DROP TABLE guest');
  });

  it.each<[string, (document: SchemeDocument) => unknown, string]>([
    ['a ward in no region', (it) => it.regions[0]!.wards.pop(), 'is in no region'],
    ['a ward in two regions', (it) => it.regions[0]!.wards.push(it.regions[1]!.wards[0]!), 'is in two regions'],
    ['a ward from elsewhere', (it) => it.regions[0]!.wards.push('E05014791'), 'is not in the territory'],
    ['a council without postcodes', (it) => it.territory.districts.push('E06000001'), 'no postcodes are known'],
    ['a region without its service', (it) => (it.regions[0]!.carersService = 'nobody'), 'no carers service "nobody"'],
    ['a town without its region', (it) => (it.towns[0]!.region = 'nowhere'), 'no region "nowhere"'],
    ['a slug twice', (it) => it.towns.push(it.towns[0]!), 'is there twice'],
    ['two policies from one day', (it) => it.policies.push(it.policies[0]!), 'two policies begin'],
    ['a mark with a script', (it) => (it.brand.mark = '<svg viewBox="0 0 1 1"><script/></svg>'), '<script>'],
    ['another scheme', (it) => (it.slug = 'leicester'), 'serves the scheme "dorset"'],
    ['something unheard of', (it) => Object.assign(it, { surprise: 1 }), 'surprise'],
  ])('is not taken with %s', async (_what, spoil, fault) => {
    const document = await dorset();
    spoil(document);
    const before = await everything();
    const problem = await schemes.loadScheme(document).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(SchemeNotValid);
    expect((problem as SchemeNotValid).faults.join('\n')).toContain(fault);
    expect(await everything()).toEqual(before);
  });

  it('has the policy of the day', async () => {
    expect((await schemes.policyOn('2025-03-31')).card.validityMonths).toBe(12);
    expect((await schemes.policyOn('2025-04-01')).card.validityMonths).toBe(24);
    expect((await schemes.policyOn()).approval.automatic).toBe(true);
    await expect(schemes.policyOn('2024-03-31')).rejects.toThrow(NoPolicyYet);
  });

  it('changes its look, which pages wear at once and the trail remembers', async () => {
    const { brand, id } = await schemes.current();
    const source = app.get(BrandSource);
    expect(await source.current()).toMatchObject({ name: 'Dorset Carers Card', phone: '0808 157 0100' });
    await schemes.changeBrand(
      { ...brand, name: 'Wessex Carers Card', colours: { ...brand.colours, sea: '#5a0e4f' } },
      actor,
    );
    expect(await source.current()).toMatchObject({ name: 'Wessex Carers Card', colours: { sea: '#5a0e4f' } });
    expect(await source.current()).toBe(await source.current());
    const history = await app.get(Audit).historyOf({ kind: 'scheme', id });
    expect(history.filter((event) => event.action === 'scheme.brand-changed')).toHaveLength(1);
  });

  it('refuses colours that are hard to read, and keeps the old', async () => {
    const { brand } = await schemes.current();
    const pale = { ...brand, colours: { ...brand.colours, sea: '#9fd0d8' } };
    await expect(schemes.changeBrand(pale, actor)).rejects.toThrow(ContrastTooLow);
    const document = await dorset();
    document.brand.colours.quiet = '#b0b0b0';
    await expect(schemes.loadScheme(document)).rejects.toThrow(ContrastTooLow);
    schemes.forget();
    expect((await schemes.current()).brand).toEqual(brand);
  });

  it('is read from memory until it changes', async () => {
    const scheme = await schemes.current();
    expect(await schemes.current()).toBe(scheme);
    schemes.forget();
    expect(await schemes.current()).toBe(scheme);
  });
});
