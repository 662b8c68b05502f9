import { describe, expect, it } from '@jest/globals';
import { pairingView, standingOf } from './owner-tills.presenter.js';

const now = new Date('2026-11-21T12:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const phone = (lastSyncAt: Date | null, lastUsedAt: Date | null = null) => {
  const standing = standingOf({ kind: 'phone', lastSyncAt, lastUsedAt }, now);
  return standing && [standing.key.split('.').at(-1), standing.count, standing.quiet];
};

describe('what the owner is told of a till', () => {
  it('is when it last synced', () => {
    expect(phone(ago(0))).toEqual(['synced-now', 0, false]);
    expect(phone(ago(-1))).toEqual(['synced-now', 0, false]);
    expect(phone(ago(59 / 60))).toEqual(['synced-minutes', 59, false]);
    expect(phone(ago(1))).toEqual(['synced-hours', 1, false]);
    expect(phone(ago(23.9))).toEqual(['synced-hours', 23, false]);
  });

  it('is how long nothing was heard of it', () => {
    expect(phone(ago(24))).toEqual(['not-heard', 1, true]);
    expect(phone(ago(80), ago(75))).toEqual(['not-heard', 3, true]);
    expect(phone(null)).toBeNull();
  });

  it('is that it works but does not sync', () => {
    expect(phone(ago(80), ago(1))).toEqual(['synced-days', 3, false]);
    expect(phone(null, ago(1))).toEqual(['never-synced', 0, true]);
  });

  it('is less of a shop’s own system, which need not sync', () => {
    expect(standingOf({ kind: 'key', lastSyncAt: null, lastUsedAt: ago(1) }, now)).toBeNull();
    expect(standingOf({ kind: 'key', lastSyncAt: null, lastUsedAt: ago(50) }, now)).toMatchObject({
      count: 2,
      quiet: true,
    });
  });

  it('is what became of a pairing code', () => {
    const line = { id: '', branchId: '', name: 'Counter', usedAt: null };
    expect(pairingView({ ...line, expiresAt: ago(-0.12) }, now)).toMatchObject({
      key: 'till:owner.pairing.waits',
      minutes: 8,
    });
    expect(pairingView({ ...line, expiresAt: now }, now)).toMatchObject({ key: 'till:owner.pairing.ran-out' });
    expect(pairingView({ ...line, expiresAt: now, usedAt: ago(0.1) }, now)).toMatchObject({
      key: 'till:owner.pairing.used',
      at: ago(0.1),
    });
  });
});
