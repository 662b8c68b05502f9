import { describe, expect, it } from '@jest/globals';
import { called, emailFrame, morag, sourceOf } from '../composer.fixture.js';
import { check, compile } from '../compile.js';
import { textOf } from './text-message.js';

function text(shortText: string | null, person = morag) {
  return textOf(compile(sourceOf({ shortText })), person, emailFrame);
}

describe('a text message', () => {
  it('is what the writer wrote for it, and how to stop the next', () => {
    expect(text('Hi {{firstName}}, coffee on Friday.')).toEqual({
      text: `Hi Morag, coffee on Friday. Stop: ${morag.preferenceUrl}`,
      segments: 1,
      encoding: 'GSM-7',
    });
  });

  it('is the title and the address of the page where nothing was written for it', () => {
    expect(text(null).text).toBe(`Winter news https://card.example/bulletins/winter Stop: ${morag.preferenceUrl}`);
  });

  it('has the signs of a typewriter for those of print, and says so', () => {
    expect(text('“Don’t” – we…').text).toMatch(/^"Don't" - we\.\.\. Stop/);
    const { notices } = check(sourceOf({ shortText: '“Don’t”' }));
    expect(notices.map(({ key }) => key)).toContain('composer:notices.text-signs');
  });

  it('is refused when it is longer than two for somebody with a usual name', () => {
    const { faults } = check(sourceOf({ shortText: 'word '.repeat(60) }));
    expect(faults.map(({ key }) => key)).toEqual(['composer:faults.short-text-too-long']);
  });

  it('keeps the letters of a name, though they cost more', () => {
    const short = text('Hi {{firstName}}', called('Łukasz'));
    expect(short.text).toContain('Hi Łukasz');
    expect(short.encoding).toBe('UCS-2');
  });

  it('never grows beyond two by a name: first its accents go, then the writer’s last words', () => {
    const long = `Hi {{firstName}}, ${'word '.repeat(30)}`;
    const plain = text(long, called('Łukasz'));
    expect([plain.segments, plain.encoding]).toEqual([2, 'GSM-7']);
    expect(plain.text).toContain('Hi Lukasz');
    const cut = text(long, called('木村'.repeat(20)));
    expect(cut.segments).toBeLessThanOrEqual(2);
    expect(cut.text.endsWith(`... Stop: ${morag.preferenceUrl}`)).toBe(true);
  });
});
