import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TillKeyRefused } from './till.problems.js';

/** What a till's key begins with, so that a key that leaked is recognised for what it is. */
const prefix = 'ck_';

/** A key made of a fresh secret, and the hash by which it is stored and looked up. */
export function tillKeyOf(secret: string): { key: string; keyHash: string } {
  const key = `${prefix}${secret}`;
  return { key, keyHash: hashOfTillKey(key) };
}

/** A key has 160 random bits, so a plain hash is enough: nobody can try them out. */
export function hashOfTillKey(key: string): string {
  return hash('sha256', key);
}

/** Whether a request carries what can only be meant as a till's key. */
export function looksLikeTillKey(authorization: string | undefined): boolean {
  return authorization?.startsWith(`Bearer ${prefix}`) ?? false;
}

/**
 * The hash of the key in `Authorization: Bearer ck_…`. Whether a till has it, the statement that uses it finds out.
 * @throws TillKeyRefused where there is none
 */
export function keyHashIn({ authorization }: IncomingHttpHeaders): string {
  const key = /^Bearer (ck_[A-Za-z0-9_-]{20,64})$/i.exec(authorization ?? '')?.[1];
  if (!key) throw new TillKeyRefused();
  return hashOfTillKey(key);
}

/** The same as a parameter of a controller's method. */
export const TillKeyHash = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  keyHashIn(context.switchToHttp().getRequest<FastifyRequest>().headers),
);
