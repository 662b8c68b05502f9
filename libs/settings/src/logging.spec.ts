import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logging.js';
import type { Settings } from './settings.js';

describe('the log', () => {
  it('tells what went wrong in a statement, but not with whose data', () => {
    const lines: string[] = [];
    const logger = createLogger({ logLevel: 'info' } as Settings, 'test', { write: (line) => void lines.push(line) });
    const refused = Object.assign(new Error('duplicate key'), {
      code: '23505',
      parameters: ['ann.secret@example.org'],
      driverError: { detail: 'Key (email)=(ann.secret@example.org) already exists.' },
    });
    logger.error({ err: refused }, 'it failed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('duplicate key');
    expect(lines[0]).toContain('23505');
    expect(lines[0]).not.toContain('ann.secret');
  });
});
