import { describe, expect, it } from '@jest/globals';
import { readContact } from './contact.js';

describe('one box for an address or a number', () => {
  it.each([
    [' Pat@Example.ORG ', { channel: 'email', address: 'pat@example.org' }],
    ['07700 900123', { channel: 'text', address: '+447700900123' }],
    ['(07700) 900-123', { channel: 'text', address: '+447700900123' }],
    ['0044 7700 900 123', { channel: 'text', address: '+447700900123' }],
    ['+44 (0)7700 900123', { channel: 'text', address: '+447700900123' }],
    ['+33 6 12 34 56 78', { channel: 'text', address: '+33612345678' }],
  ])('reads %j', (typed, contact) => {
    expect(readContact(typed)).toEqual(contact);
  });

  it.each([
    '',
    'pat',
    'pat@',
    '@example.org',
    'a@b@c.org',
    '01202 123456',
    '0770',
    '+44',
    '999',
    'pat@example.org\nBcc: x@y.org',
  ])('does not take %j', (typed) => {
    expect(readContact(typed)).toBeNull();
  });
});
