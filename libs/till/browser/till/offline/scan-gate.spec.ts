import { describe, expect, it } from '@jest/globals';
import { cardText } from './offline.fixture.js';
import { ScanGate } from './scan-gate.js';

describe('a running camera', () => {
  it('takes a card once for as long as it is held in front of it', () => {
    const gate = new ScanGate();
    expect(gate.lets('A', 0)).toBe(true);
    for (let at = 100; at < 60_000; at += 100) expect(gate.lets('A', at)).toBe(false);
    expect(gate.lets('A', 63_899)).toBe(false);
    expect(gate.lets('A', 67_899)).toBe(true);
  });

  it('takes the next card at once, and the same one when somebody asks', () => {
    const gate = new ScanGate();
    expect([gate.lets('A', 0), gate.lets('B', 100), gate.lets('A', 200)]).toEqual([true, true, true]);
    gate.reset();
    expect(gate.lets('A', 300)).toBe(true);
  });

  it('knows a phone’s card again when its code has moved on', async () => {
    const gate = new ScanGate();
    expect(gate.lets(await cardText({}, 'AAAAA'), 0)).toBe(true);
    expect(gate.lets(await cardText({}, 'BBBBB'), 100)).toBe(false);
  });
});
