import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { join } from 'node:path';
import {
  decodeCredential,
  generateSigningKey,
  nodeSigner,
  NodeVerifyingKeys,
  packStatuses,
  signCredential,
  signStatusList,
  StatusList,
} from '@carers/credentials';
import { projectRoot } from '@carers/kernel';
import { offlineBundle } from '../support/offline-bundle.js';
import { median } from './rounds.js';
import { row, type Row } from './rows.js';

/** What is used of the till's own code. */
interface OfflineCheck {
  checkOfflineSync(text: string, material: object, now: number): { outcome: string; offers: unknown[] };
}

const credentials = 2_000;
/** A million cards of two credentials each, in a list at most half full, one in a hundred stopped. */
const places = 2 ** 22;
const stopped = 20_000;

/**
 * A till's check without a connection, of the very bundle that browsers get: text to answer, with a million cards in the
 * list and three offers, against the bare verification of the same signatures.
 */
export async function offlineRow(rounds: number): Promise<Row> {
  const { checkOfflineSync } = await bundled();
  const key = generateSigningKey();
  const signer = nodeSigner(key);
  const keys = new NodeVerifyingKeys([key]);
  const now = Date.now();
  const list = {
    url: 'https://card.example/list',
    bytes: packStatuses(
      places,
      Array.from({ length: stopped }, (_, at) => [1 + at * 200, 1] as const),
    ),
    issuedAt: new Date(now),
    expiresAt: new Date(now + 86_400_000),
    ttl: 900,
  };
  const statuses = await StatusList.parse(await signStatusList(list, signer), keys);
  const texts = await Promise.all(
    Array.from({ length: credentials }, (_, at) =>
      signCredential(
        {
          credentialId: (at + 1).toString(16).padStart(16, '0'),
          expiresAt: new Date(now + 400 * 86_400_000),
          statusIndex: 2 + at * 200,
          firstName: 'Margaret',
          kind: 'adult',
        },
        signer,
      ),
    ),
  );
  const material = { keys, statuses, listAsOf: now, bundle: offlineBundle(now), tallies: new Map() };
  const publicKey = createPublicKey({ key: key.publicJwk as unknown as JsonWebKey, format: 'jwk' });
  const raw = texts.map((text) => {
    const decoded = decodeCredential(text);
    if (!decoded.ok) throw new Error('A credential that was just signed cannot be read.');
    return decoded;
  });

  const ours = () => {
    for (const text of texts) {
      const { outcome, offers } = checkOfflineSync(text, material, now);
      if (outcome !== 'valid' || offers.length !== 3) throw new Error(`A good card was answered with ${outcome}.`);
    }
  };
  const bare = () => {
    for (const { signedBytes, signature } of raw) {
      if (!verify(null, signedBytes, publicKey, signature)) throw new Error('A good signature was refused.');
    }
  };
  ours();
  bare();
  const times = Array.from({ length: rounds * 3 }, () => [spent(ours), spent(bare)] as const);
  return row({
    name: 'offline',
    unit: 'ms',
    ours: median(times.map(([one]) => one)) / credentials,
    bare: median(times.map(([, one]) => one)) / credentials,
    ratio: median(times.map(([one, other]) => one / other)),
    target: 1.1,
    atMost: true,
  });
}

/** Milliseconds of processor time, which other work on the machine disturbs less than the clock. */
function spent(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function bundled(): Promise<OfflineCheck> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(projectRoot, 'libs/till/browser/till/offline/check.ts')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    write: false,
  });
  const text = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return (await import(`data:text/javascript;base64,${text}`)) as OfflineCheck;
}
