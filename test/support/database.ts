import { databaseOn, query } from './database-server.js';

let count = 0;

/**
 * A database of the caller's own, migrated and empty, on the run's PostgreSQL. Call it in `beforeAll`, close what you
 * open on it in `afterAll`; the run drops it. A second call gives a second database.
 *
 * @returns its address
 */
export async function testDatabase(): Promise<string> {
  const { TEST_SERVER_URL: server, TEST_TEMPLATE: template } = process.env;
  if (!server || !template) throw new Error('There is no test server: run the tests through `npm test`.');
  const name = `${template}_${process.pid}_${count++}_${Math.random().toString(36).slice(2, 8)}`;
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return databaseOn(server, name);
}
