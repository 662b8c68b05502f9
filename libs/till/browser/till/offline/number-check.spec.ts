import { describe, expect, it } from '@jest/globals';
import { numberSoFar } from './number-check.js';

describe('a number that is being typed', () => {
  it.each([
    ['', 'unfinished'],
    ['c', 'unfinished'],
    ['CC 7K3F 9TQX', 'unfinished'],
    ['CC 7K3F 9TQX X', 'right'],
    ['7k3f-9tqx-x', 'right'],
    ['7K3F 9TQX', 'unfinished'],
    ['7K3F 9TQX Y', 'wrong'],
    ['CC 7K3F 9TQX Y', 'wrong'],
    ['CC 7K3F 9TQX XX', 'wrong'],
  ])('“%s” is %s', (typed, so) => {
    expect(numberSoFar(typed)).toBe(so);
  });
});
