import { describe, expect, it } from '@jest/globals';
import { readVectors } from '../vectors/read-vectors.js';
import { evaluateOffer, parseOfferTerms } from './index.js';

describe('the shared vectors', () => {
  const vectors = readVectors();

  it('are many, and no two have the same name', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(150);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, { question, expect: expected }) => {
    const parsed = parseOfferTerms(question.terms);
    if (!parsed.ok) throw new Error(`Terms refused: ${JSON.stringify(parsed.errors)}`);
    const answer = evaluateOffer({ ...question, terms: parsed.terms, at: new Date(question.at) });
    expect(JSON.parse(JSON.stringify(answer))).toEqual(expected);
  });
});
