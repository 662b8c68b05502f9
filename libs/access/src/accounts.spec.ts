import { Audit, AuditModule } from '@carers/audit';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { MessagesModule } from '@carers/messages';
import { DemoBrandModule } from '@carers/pages';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { AccessModule } from './access.module.js';
import { type NewAccount, Accounts } from './accounts.js';

let app: TestingModule;
let accounts: Accounts;
let database: Database;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('accounts spec'),
      JobsModule.for('asks'),
      AuditModule,
      DemoBrandModule,
      MessagesModule,
      AccessModule,
    ],
  }).compile();
  await app.init();
  accounts = app.get(Accounts);
  database = app.get(Database);
});
afterAll(() => app?.close());

function ensure(person: Partial<NewAccount>): Promise<string> {
  return database.transaction((tx) => accounts.ensure(tx, { name: 'Pat', ...person }));
}

describe('an account', () => {
  it('is found again by the same address, however it is written', async () => {
    const id = await ensure({ email: 'pat@example.org' });
    expect(await ensure({ email: ' Pat@Example.org' })).toBe(id);
  });

  it('is found again by number where no address is given', async () => {
    const id = await ensure({ mobile: '07700 900001' });
    expect(await ensure({ mobile: '+44 7700 900001' })).toBe(id);
  });

  it('needs a way to reach the person', async () => {
    await expect(ensure({})).rejects.toThrow(RangeError);
  });

  it('never gets a contact added by somebody who only names its address', async () => {
    const id = await ensure({ email: 'victim@example.org' });
    expect(await ensure({ email: 'victim@example.org', mobile: '07700 900666' })).toBe(id);
    expect((await accounts.contactOf(id)).mobile).toBeNull();
  });

  it('never stands for a number that somebody only named beside their own address', async () => {
    const planted = await ensure({ email: 'other@example.org', mobile: '07700 900002' });
    expect((await accounts.contactOf(planted)).mobile).toBeNull();
    const owner = await ensure({ mobile: '07700 900002' });
    expect(owner).not.toBe(planted);
    expect((await accounts.contactOf(owner)).mobile).toBe('+447700900002');
  });

  it('is made once when the same person arrives many times at once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 6 }, () => ensure({ email: 'together@example.org', mobile: '07700 900003' })),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('is made for each of several people who share a number', async () => {
    const ids = await Promise.all(
      Array.from({ length: 6 }, (_, index) => ensure({ email: `house${index}@example.org`, mobile: '07700 900004' })),
    );
    expect(new Set(ids).size).toBe(6);
  });

  it('keeps no contact or name in the clear', async () => {
    await ensure({ email: 'secret.person@example.org', name: 'Xanthippe Q' });
    await ensure({ mobile: '07700 900005', name: 'Xanthippe Q' });
    const [row] = await database.query<{ all: string }>(`SELECT string_agg(a::text, ' ') AS all FROM account a`);
    expect(row!.all).not.toMatch(/secret\.person|7700900005|Xanthippe/);
  });
});

describe('a role', () => {
  const one = { kind: 'business', id: '01a1fd95-0000-7000-8000-00000000000a' } as const;
  const other = { kind: 'business', id: '01a1fd95-0000-7000-8000-00000000000b' } as const;

  it('is given once, and taken away only where it was given', async () => {
    const id = await ensure({ email: 'owner@example.org' });
    await database.transaction(async (tx) => {
      await accounts.grant(tx, id, 'business_owner', one);
      await accounts.grant(tx, id, 'business_owner', one);
      await accounts.grant(tx, id, 'business_owner', other);
      await accounts.revoke(tx, id, 'business_owner', other);
      await accounts.revoke(tx, id, 'business_owner');
    });
    expect((await accounts.card(id)).roles).toEqual([
      { role: 'business_owner', scopeKind: 'business', scopeId: one.id },
    ]);
    const history = await app.get(Audit).historyOf({ kind: 'account', id });
    expect(history.map(({ action }) => action).sort()).toEqual([
      'account.opened',
      'account.role-granted',
      'account.role-granted',
      'account.role-revoked',
    ]);
  });

  it('without a scope counts once too', async () => {
    const id = await ensure({ email: 'twice@example.org' });
    await database.transaction(async (tx) => {
      await accounts.grant(tx, id, 'carer');
      await accounts.grant(tx, id, 'carer');
    });
    expect((await accounts.card(id)).roles).toHaveLength(1);
  });

  it('lists those who have it in a scope or everywhere, without those who were disabled', async () => {
    const [here, everywhere, there, gone] = await Promise.all(
      ['here', 'everywhere', 'there', 'gone'].map((name) => ensure({ email: `${name}@example.org` })),
    );
    const service = { kind: 'carers_service', id: one.id } as const;
    await database.transaction(async (tx) => {
      await accounts.grant(tx, here!, 'carers_service_officer', service);
      await accounts.grant(tx, everywhere!, 'carers_service_officer');
      await accounts.grant(tx, there!, 'carers_service_officer', { ...service, id: other.id });
      await accounts.grant(tx, gone!, 'carers_service_officer', service);
      await accounts.disable(tx, gone!, { kind: 'system', id: 'test' });
    });
    const found = await accounts.byRole('carers_service_officer', service);
    expect(found.map(({ accountId }) => accountId).sort()).toEqual([here, everywhere].sort());
  });
});
