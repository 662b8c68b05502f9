import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { companyKind, companyNumber } from './company-number.js';

describe('a company number', () => {
  it.each([
    ['01234567', '01234567', 'company'],
    ['1234567', '01234567', 'company'],
    [' 12 345 678 ', '12345678', 'company'],
    ['sc123456', 'SC123456', 'company'],
    ['SC 12345', 'SC012345', 'company'],
    ['NI-601234', 'NI601234', 'company'],
    ['oc301234', 'OC301234', 'partnership'],
    ['SO301234', 'SO301234', 'partnership'],
    ['NC000123', 'NC000123', 'partnership'],
    ['R0000028', 'R0000028', 'company'],
    ['IP12345R', 'IP12345R', 'society'],
    ['RS007654', 'RS007654', 'society'],
    ['CE012345', 'CE012345', 'charity'],
    ['FC012345', 'FC012345', 'overseas'],
    ['１２３４５６７８', '12345678', 'company'],
  ])('%s is %s, a %s', (typed, number, kind) => {
    expect(companyNumber(typed)).toBe(number);
    expect(companyKind(companyNumber(typed)!)).toBe(kind);
  });

  it.each([
    ['', 'nothing'],
    ['123456789', 'nine digits'],
    ['00000000', 'only zeros'],
    ['SC000000', 'only zeros after a prefix'],
    ['XX123456', 'an unknown prefix'],
    ['SC1234567', 'a digit too many'],
    ['SC12A456', 'a letter where none can be'],
    ['GB123456789', 'a VAT number'],
    ['12345678; DROP', 'more than a number'],
    ['../officers', 'a path'],
  ])('%s is none: %s', (typed) => {
    expect(companyNumber(typed)).toBeNull();
  });

  it('stays itself when it is read again, and is always eight signs that are safe in an address', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (typed) => {
        const number = companyNumber(typed);
        if (number === null) return;
        expect(number).toMatch(/^[A-Z\d]{8}$/);
        expect(companyNumber(number)).toBe(number);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (value) => {
        expect(companyNumber(String(value))).toBe(String(value).padStart(8, '0'));
      }),
    );
  });
});
