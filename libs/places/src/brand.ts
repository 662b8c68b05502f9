import { isCleanText } from '@carers/kernel';
import { z } from 'zod';
import { faultOfMark } from './mark.js';

const colour = z.string().regex(/^#[0-9a-f]{6}$/, { error: 'must be a colour like #0e5a66' });

/** One line of a scheme document. Its faults are read by the operator who wrote it, beside the name of the field. */
export const documentLine = (max: number) =>
  z.string().trim().min(1).max(max).refine(isCleanText, { error: 'has characters that cannot be kept' });

/** The colours of a scheme, each a role on its pages and cards. */
export const coloursSchema = z.strictObject({
  /** Text, and the modules of QR codes. */
  ink: colour,
  /** Buttons, header, card. */
  sea: colour,
  seaDeep: colour,
  /** One accent line, focus, the moving bar of the card; never text on white. */
  sun: colour,
  /** Quiet backgrounds. */
  sand: colour,
  /** Borders. */
  line: colour,
  /** Secondary text. */
  quiet: colour,
  /** The answers of a till and tags, always with a word and a shape. */
  yes: colour,
  no: colour,
  warn: colour,
});

export type Colours = z.infer<typeof coloursSchema>;

/** How a scheme looks and how people reach it: data, so that another scheme looks like itself without code. */
export const brandSchema = z.strictObject({
  name: documentLine(60),
  /** For narrow places: the till, a home screen. */
  shortName: documentLine(20),
  /** One line under the name: what the scheme is. */
  tagline: documentLine(120),
  /** Who runs it. */
  operator: documentLine(100),
  /** A small square SVG; see `faultOfMark` for what may be in it. */
  mark: z.string().superRefine((svg, context) => {
    const fault = faultOfMark(svg);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  }),
  colours: coloursSchema,
});

export type Brand = z.infer<typeof brandSchema>;

/** How the public reaches the scheme. */
export const contactSchema = z.strictObject({
  phone: z.string().regex(/^0[\d ]{9,13}$/, { error: 'must be a telephone number like 01632 960001' }),
  phoneHours: documentLine(80),
  email: z.email(),
  /** Lines of the postal address, the postcode last. */
  address: z.array(documentLine(60)).min(2).max(6),
});

export type SchemeContact = z.infer<typeof contactSchema>;
