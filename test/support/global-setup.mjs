import './typescript.mjs';

/** One PostgreSQL for the whole run, with a migrated template that each spec file clones. */
export default async function globalSetup() {
  const { openTestServer } = await import('./database-server.ts');
  globalThis.closeTestServer = await openTestServer();
}
