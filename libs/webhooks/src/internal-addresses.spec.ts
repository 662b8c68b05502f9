import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEndpointUrl } from './endpoint-url.js';
import { isInternal } from './internal-addresses.js';

describe('addresses that are not the Internet', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    'not an address',
    '',
  ])('%s is refused', (address) => {
    expect(isInternal(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4009::200e'])(
    '%s is taken',
    (address) => {
      expect(isInternal(address)).toBe(false);
    },
  );

  it('are refused in every way that a URL can write them', () => {
    const written = fc
      .tuple(fc.constantFrom(10, 127, 0), fc.nat(255), fc.nat(255), fc.nat(255))
      .chain(([a, b, c, d]) => {
        const number = a * 2 ** 24 + b * 2 ** 16 + c * 256 + d;
        return fc.constantFrom(
          `${a}.${b}.${c}.${d}`,
          String(number),
          `0x${number.toString(16)}`,
          `0${a.toString(8)}.0${b.toString(8)}.${c}.${d}`,
          `[::ffff:${a}.${b}.${c}.${d}]`,
        );
      });
    fc.assert(
      fc.property(written, (host) => {
        const read = readEndpointUrl(`https://${host}/hook`, { loopback: false });
        expect(read).toEqual({ fault: 'internal' });
      }),
    );
  });

  it.each([
    ['https://crm.example.org/carers?key=1#part', { url: 'https://crm.example.org/carers?key=1' }],
    ['http://crm.example.org/', { fault: 'https' }],
    ['http://localhost:3000/', { fault: 'https' }],
    ['https://localhost/', { fault: 'internal' }],
    ['https://localhost./', { fault: 'internal' }],
    ['https://intranet/', { fault: 'internal' }],
    ['https://db.internal/', { fault: 'internal' }],
    ['https://a:b@example.org/', { fault: 'credentials' }],
    ['file:///etc/passwd', { fault: 'https' }],
    ['crm.example.org', { fault: 'unreadable' }],
  ])('reads %s', (typed, expected) => {
    expect(readEndpointUrl(typed, { loopback: false })).toEqual(expected);
  });

  it('lets this machine be reached outside production only', () => {
    expect(readEndpointUrl('http://127.0.0.1:8080/in', { loopback: true })).toEqual({
      url: 'http://127.0.0.1:8080/in',
    });
    expect(readEndpointUrl('http://10.0.0.1/in', { loopback: true })).toEqual({ fault: 'https' });
  });
});
