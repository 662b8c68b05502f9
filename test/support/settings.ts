import { readSettings, type Settings } from '@carers/settings';

/** Signing keys for tests: made for this purpose, worth nothing. */
const testCardKeys =
  '[{"kty":"OKP","crv":"Ed25519","kid":"test","use":"sig","alg":"EdDSA","status":"active",' +
  '"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]';

/** Settings for tests, without looking at the machine's environment. */
export function testSettings(databaseUrl: string, overrides: Record<string, string> = {}): Settings {
  return readSettings({
    NODE_ENV: 'test',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1:3000',
    DATABASE_URL: databaseUrl,
    DATA_DIR: '/nonexistent/test',
    SESSION_SECRET: 'a secret for tests that is long enough',
    DATA_ENCRYPTION_KEY: `t:${Buffer.alloc(32, 7).toString('base64')}`,
    CARD_SIGNING_KEYS: testCardKeys,
    LOG_LEVEL: 'silent',
    DATABASE_POOL_SIZE: '6',
    // A machine that runs tests may be slow for seconds.
    DATABASE_WAIT_SECONDS: '60',
    ...overrides,
  });
}
