import { describe, expect, it } from '@jest/globals';
import { CannotUnseal, Sealing } from './sealing.js';

const key = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });

describe('sealing', () => {
  const sealing = new Sealing([key('a', 1)]);

  it('gives back what was sealed, and never the same text twice', () => {
    const [one, two] = [sealing.seal('Zoë, 12 Sea Road', 'address'), sealing.seal('Zoë, 12 Sea Road', 'address')];
    expect(one).not.toBe(two);
    expect(one).not.toContain('Sea');
    expect(sealing.open(one, 'address')).toBe('Zoë, 12 Sea Road');
    expect(sealing.open(sealing.seal('', 'address'), 'address')).toBe('');
  });

  it('opens nothing that was altered, moved to another column or sealed with a key that is gone', () => {
    const sealed = sealing.seal('a@example.org', 'email');
    const body = sealed.split('.')[2]!;
    for (let at = 0; at < body.length; at += 7) {
      const other = body[at] === 'A' ? 'B' : 'A';
      const altered = `v1.a.${body.slice(0, at)}${other}${body.slice(at + 1)}`;
      expect(() => sealing.open(altered, 'email')).toThrow(CannotUnseal);
    }
    expect(() => sealing.open(sealed, 'mobile')).toThrow(CannotUnseal);
    expect(() => new Sealing([key('b', 2)]).open(sealed, 'email')).toThrow(CannotUnseal);
    expect(() => sealing.open('', 'email')).toThrow(CannotUnseal);
  });

  it('does the same with bytes, which open for their own purpose only', () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 256));
    const sealed = sealing.sealBytes(bytes, 'file.1');
    expect(sealing.openBytes(sealed, 'file.1').equals(bytes)).toBe(true);
    expect(() => sealing.openBytes(sealed, 'file.2')).toThrow(CannotUnseal);
    expect(() => new Sealing([key('b', 2)]).openBytes(sealed, 'file.1')).toThrow(CannotUnseal);
    for (let at = 0; at < sealed.length; at += 7) {
      const altered = Buffer.from(sealed);
      altered[at]! ^= 1;
      expect(() => sealing.openBytes(altered, 'file.1')).toThrow(CannotUnseal);
    }
    expect(() => sealing.openBytes(Buffer.alloc(0), 'file.1')).toThrow(CannotUnseal);
  });

  it('goes on opening, and finding, after a new key came before the old', () => {
    const rotated = new Sealing([key('b', 2), key('a', 1)]);
    expect(rotated.open(sealing.seal('x', 'email'), 'email')).toBe('x');
    expect(rotated.seal('x', 'email')).toMatch(/^v1\.b\./);
    expect(rotated.lookup('x', 'email')).toBe(sealing.lookup('x', 'email'));
    expect(sealing.lookup('x', 'email')).not.toBe(sealing.lookup('x', 'mobile'));
  });
});
