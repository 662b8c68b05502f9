import { describe, expect, it } from '@jest/globals';
import { type CheckFile, mayAnswer, mayRemove, missingParts, standingOf } from './check-file.js';

const question = { key: 'insurer', kind: 'text', title: 'programmes:x', optional: false };

/** A check for papers and one answer; the rest as given. */
function file(check: object = {}, more: object = {}, rule: object = {}): CheckFile {
  return {
    check: { key: 'cover', state: 'asked', answer: null, validUntil: null, renewing: false, decidedAt: null, ...check },
    rule: { key: 'cover', asks: [question], evidence: [{ key: 'paper', optional: false }], insteadBy: [], ...rule },
    claim: null,
    files: [],
    people: [],
    named: [],
    ...more,
  } as unknown as CheckFile;
}
const answered = { state: 'answered', answer: { insurer: 'Harbour' } };
const paper = { files: [{ state: 'ready' }] };

describe('what is missing of a check', () => {
  it.each([
    ['everything at first', file(), ['answers', 'evidence']],
    ['the paper beside an answer', file(answered), ['evidence']],
    ['nothing once both are there', file(answered, paper), []],
    ['nothing while the paper waits for a virus check', file(answered, { files: [{ state: 'held' }] }), []],
    ['the paper again when it was refused', file(answered, { files: [{ state: 'refused' }] }), ['evidence']],
    ['nothing where another scheme stands in', file({}, { claim: { scheme: 'other' } }), []],
    ['nothing where the paper is wished for only', file(answered, {}, { evidence: [{ optional: true }] }), []],
    [
      'people and customers, as many as are asked for',
      file(
        answered,
        { people: [{}], named: [{}, {}] },
        {
          asks: [
            { key: 'p', kind: 'people', least: 2 },
            { key: 'c', kind: 'references' },
          ],
          references: { ask: 3 },
          evidence: [],
        },
      ),
      ['people', 'references'],
    ],
  ])('is %s', (_what, given, missing) => {
    expect(missingParts(given)).toEqual(missing);
  });
});

describe('how a check stands', () => {
  const today = '2026-11-22';
  it.each([
    ['todo', file(), 'draft'],
    ['missing', file(answered), 'in_review'],
    ['filled', file(answered, paper), 'draft'],
    ['waiting', file(answered, paper), 'in_review'],
    ['done', file({ state: 'accepted', validUntil: '2027-05-01' }), 'approved'],
    ['done', file({ state: 'accepted' }), 'approved'],
    ['ending', file({ state: 'accepted', validUntil: '2026-12-20' }), 'approved'],
    ['renewing', file({ state: 'accepted', validUntil: '2026-12-20', renewing: true }), 'approved'],
    ['change', file({ state: 'rejected' }), 'in_review'],
    ['lapsed', file({ state: 'lapsed' }), 'lapsed'],
  ] as const)('is %s', (standing, given, state) => {
    expect(standingOf(given, state, today)).toBe(standing);
  });
});

describe('a paper', () => {
  const keptAt = new Date('2026-11-20T10:00:00Z');
  const check = (more: object) => file(more).check;

  it('can be taken back until the case is sent, and while its check is asked for again', () => {
    expect(mayRemove({ keptAt }, check(answered), 'draft')).toBe(true);
    expect(mayRemove({ keptAt }, check(answered), 'in_review')).toBe(false);
    const before = new Date('2026-11-19T10:00:00Z');
    const later = new Date('2026-11-21T10:00:00Z');
    expect(mayRemove({ keptAt }, check({ state: 'rejected', decidedAt: before }), 'in_review')).toBe(true);
    expect(mayRemove({ keptAt }, check({ state: 'rejected', decidedAt: later }), 'in_review')).toBe(false);
    expect(mayRemove({ keptAt }, check({ state: 'asked' }), 'refused')).toBe(false);
  });

  it('can be sent while the case goes on', () => {
    expect(['draft', 'in_review', 'approved', 'lapsed'].every((state) => mayAnswer(state as 'draft'))).toBe(true);
    expect(['refused', 'removed', 'withdrawn'].some((state) => mayAnswer(state as 'draft'))).toBe(false);
  });
});
