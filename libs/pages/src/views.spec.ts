import { describe, expect, it } from '@jest/globals';
import { demoBrand, Translations, Views } from './index.js';

const views = new Views(new Translations({ strict: true }), { publicUrl: 'https://card.example' });
const message = { locale: 'en-GB', brand: demoBrand };

describe('messages', () => {
  const email = views.email('pages/samples/email', { name: 'Ann & Bob <b>' }, message);

  it('have a subject in plain text', () => expect(email.subject).toBe('Valid until Ann & Bob <b>'));

  it('escape in HTML what stands plainly in the text part', () => {
    expect(email.html).toContain('<p>Ann &amp; Bob &lt;b&gt;</p>');
    expect(email.text).toContain('Ann & Bob <b>');
  });

  it('have links that work outside the site, in both parts', () => {
    expect(email.html).toContain('href="https://card.example/card?id&#x3D;Ann');
    expect(email.text).toMatch(/Continue\s+https:\/\/card\.example\/card\?id=Ann\+%26\+Bob\S*$/m);
  });

  it('fetch nothing from anywhere', () => {
    expect(email.html).not.toMatch(/<(img|link|script)|url\(/);
  });

  it('say how to get help and hide the preview line from the text part', () => {
    expect(email.text).toContain(demoBrand.phone);
    expect(email.text).toContain('Cancel');
    expect(email.text).not.toContain('Save');
  });

  it('without a subject are refused', () => {
    expect(() => views.email('pages/partials/sentences', { key: 'pages:privacy.keep-list' }, message)).toThrow(
      'no subject',
    );
  });

  it('to phones are not escaped', () => {
    expect(views.plainText('pages/samples/text', { name: 'Ann & Bob' }, message)).toBe('Valid until Ann & Bob');
  });
});

describe('templates', () => {
  it('are found by lib and path only', () => {
    expect(() => views.plainText('pages/../../secret', {}, message)).toThrow('Not a template name');
    expect(() => views.plainText('pages/nowhere', {}, message)).toThrow('No template');
    expect(views.has('pages/contact')).toBe(true);
  });
});
