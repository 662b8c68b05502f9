import { startEmbeddedPostgres } from '@carers/database';

/** Runs an embedded server on the folder given, prints its address, and stops it at the first line of input. */
const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', flags: { fsync: 'off' } });
process.stdout.write(`${server.url}\n`);
process.stdin.once('data', () => void server.stop().then(() => process.exit()));
