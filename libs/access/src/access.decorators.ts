import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { NotSignedIn } from './access.problems.js';
import type { Role } from './roles.js';
import type { Who as SignedInPerson } from './who.js';
import './request.js';

export { Public } from '@carers/pages';

export const ALLOWED = Symbol('access: who may call this route');
export const SECOND_FACTOR = Symbol('access: only with a second factor');

/** Roles that may call a route; an empty list lets in everybody who is signed in. */
export type Allowed = readonly Role[];

/** People with one of these roles may call this route (or every route of this controller). */
export const For = (first: Role, ...others: Role[]) => SetMetadata(ALLOWED, [first, ...others] satisfies Allowed);

/** Everybody who is signed in may call this route. */
export const SignedIn = () => SetMetadata(ALLOWED, [] satisfies Allowed);

/** Beside `@For` or `@SignedIn`: a second factor must have been given in this session (money, evidence). */
export const WithSecondFactor = () => SetMetadata(SECOND_FACTOR, true);

/** The signed-in person. On a `@Public()` route, where there may be none, use `@MaybeWho()`. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): SignedInPerson => {
  const { who } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!who) throw new NotSignedIn();
  return who;
});

/** So that a route can say `@Who() who: Who`. */
export type Who = SignedInPerson;

/** The signed-in person, or null. */
export const MaybeWho = createParamDecorator(
  (_: unknown, context: ExecutionContext): SignedInPerson | null =>
    context.switchToHttp().getRequest<FastifyRequest>().who ?? null,
);
