import { chmod, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatSigningKeys, generateSigningKey } from '@carers/credentials';
import type { Chance } from '@carers/kernel';

/**
 * Makes the secrets of an installation for evaluation once: `secrets.json` in the data folder, for its owner only.
 * Settings read them from there; what the environment sets goes before. Whoever loses them loses sessions, encrypted
 * columns and the validity of every card, so they are never made anew where a file stands.
 */
export async function makeSecrets(dataDir: string, chance: Chance): Promise<void> {
  const file = join(dataDir, 'secrets.json');
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present !== undefined) {
    await chmod(file, 0o600);
    return;
  }
  const secrets = {
    SESSION_SECRET: chance.bytes(32).toString('base64url'),
    DATA_ENCRYPTION_KEY: `1:${chance.bytes(32).toString('base64')}`,
    CARD_SIGNING_KEYS: formatSigningKeys([generateSigningKey()]),
  };
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  // Linking never replaces a file, and never shows half of one.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
}
