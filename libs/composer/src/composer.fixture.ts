import { demoBrand, Translations, Views } from '@carers/pages';
import type { EmailFrame, LetterFrame } from './frame.js';
import type { MergePerson } from './merge-fields.js';
import type { ComposerPicture, ComposerSource } from './source.js';

const translations = new Translations({ strict: true });

/** One black pixel: enough for a PDF and a mail. */
export const blackPixel = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64',
);

export const somePicture: ComposerPicture = {
  number: 1,
  alt: 'A cup of tea',
  mail: { bytes: blackPixel, width: 1120, height: 560 },
  print: { bytes: blackPixel, width: 1600, height: 800 },
  url: 'https://card.example/bulletins/winter/pictures/1',
};

export const cake = {
  id: '0192aaaa-0000-7000-8000-000000000001',
  title: '10% off any cake',
  sentence: '10% off any cake for you and the person you look after.',
  business: 'The Lantern Café',
  where: 'Poole',
  url: 'https://card.example/offers/poole/lantern',
};

export const coffee = [
  '```event',
  'title: Coffee morning',
  'date: Saturday 5 December 2026',
  'from: 10:30am',
  'to: 12 noon',
  'place: Poole Library, BH15 1QE',
  '```',
].join('\n');

/** A text of a bulletin; a test says only what it is about. */
export function sourceOf(changes: Partial<ComposerSource> = {}): ComposerSource {
  return {
    id: 'b1',
    writtenAt: new Date('2026-11-20T10:00:00Z'),
    title: 'Winter news',
    markdown: 'Dear {{firstName}},\n\nit is cold.',
    shortText: null,
    locale: 'en-GB',
    pictures: [somePicture],
    offers: [cake],
    publicUrl: 'https://card.example',
    pageUrl: 'https://card.example/bulletins/winter',
    ...changes,
  };
}

export const morag: MergePerson = {
  firstName: 'Morag',
  name: 'Morag Tidewell',
  preferenceUrl: `https://card.example/preferences/${'a'.repeat(43)}`,
  locale: 'en-GB',
  format: 'standard',
};

/** A person with another name. */
export function called(firstName: string, name = firstName): MergePerson {
  return { ...morag, firstName, name };
}

export const emailFrame: EmailFrame = {
  brand: demoBrand,
  words: translations.in('en-GB'),
  service: {
    name: 'Poole Carers Centre',
    phone: '01632 960 456',
    email: 'hello@carers.example',
    web: 'https://carers.example',
    address: ['Civic Centre', 'Park Road', 'Poole', 'BH15 2RU'],
  },
  why: 'You get this because you said yes.',
  publicUrl: 'https://card.example',
  views: new Views(translations, { publicUrl: 'https://card.example' }),
};

export const letterFrame: LetterFrame = { ...emailFrame, date: '2026-11-22', window: 'dl' };
