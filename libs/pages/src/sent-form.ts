import type { FastifyRequest } from 'fastify';

/** Most that one page carries back: a long text, not a file. */
const mostSigns = 200_000;

/** A form as it was sent, to be sent once more. */
export interface SentForm {
  action: string;
  fields: { name: string; value: string }[];
}

/**
 * What somebody typed into a form that could not be taken, so that a page can hold it until they send it again. Null for what
 * was no form, came with files, is longer than that, or has a code in it: codes are out of date by then.
 */
export function sentForm({ method, url, headers, body }: FastifyRequest): SentForm | null {
  const isForm = /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '');
  // A path of our own and nothing else: `//elsewhere` would be another site.
  if (method !== 'POST' || !isForm || !/^\/(?!\/)/.test(url) || typeof body !== 'object' || body === null) return null;
  const fields = Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((each) =>
      typeof each === 'string' ? [{ name, value: each }] : [],
    ),
  );
  const length = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (fields.length === 0 || length > mostSigns || 'code' in body) return null;
  return { action: url, fields };
}
