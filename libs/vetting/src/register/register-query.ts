import { isCleanText, isUuid } from '@carers/kernel';
import { z } from 'zod';

/** Empty boxes of a form are no filters. */
const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (given === '' ? undefined : given), schema.optional());
const text = (most: number) =>
  z
    .string({ error: 'vetting:register.errors.once' })
    .trim()
    .max(most, { error: 'vetting:register.errors.too-long' })
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' });
const slug = z
  .string({ error: 'vetting:register.errors.once' })
  .regex(/^[a-z0-9-]{1,60}$/, { error: 'vetting:register.errors.slug' });

/** What `GET /api/v1/register` and the register's page may be asked. */
export const RegisterQuery = z.object({
  q: optional(text(100)).describe('Part of a name'),
  category: optional(slug).describe('Slug from `/api/v1/categories`'),
  place: optional(text(60)).describe(
    'A town, or the first half of a postcode or all of it, where the business is based',
  ),
  programme: optional(slug).describe('`trader-vetting` or `carer-friendly-award`'),
  cursor: optional(
    z.string({ error: 'vetting:register.errors.once' }).max(400, { error: 'vetting:register.errors.cursor' }),
  )
    .transform((given, context) => {
      if (given === undefined) return undefined;
      const position = decodeCursor(given);
      if (position) return position;
      context.addIssue({ code: 'custom', message: 'vetting:register.errors.cursor' });
      return z.NEVER;
    })
    .describe('`next` of the page before'),
});

/** Where a page begins: behind this name, in its plain form, and id. */
export interface Position {
  name: string;
  id: string;
}

export interface RegisterAsked {
  q?: string | undefined;
  category?: string | undefined;
  place?: string | undefined;
  programme?: string | undefined;
  after?: Position | undefined;
}

/** Text for an address; only `decodeCursor` reads it. */
export function encodeCursor({ name, id }: Position): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

function decodeCursor(text: string): Position | null {
  try {
    const [name, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown];
    return typeof name === 'string' && isCleanText(name) && typeof id === 'string' && isUuid(id) ? { name, id } : null;
  } catch {
    return null;
  }
}

/** A postcode or its first half as the first half; anything else is the beginning of a town's name. */
export function placeOf(typed: string): { outcode: string; town?: undefined } | { town: string; outcode?: undefined } {
  const plain = typed.replace(/\s/g, '').toUpperCase();
  const postcode = /^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})?$/.exec(plain);
  return postcode ? { outcode: postcode[1]! } : { town: typed };
}
