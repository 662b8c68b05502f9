import type {} from '@fastify/session';
import type { HeldRole } from './roles.js';
import type { Who } from './who.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed-in person; set by the guard. */
    who?: Who | null;
  }

  /** What the store reads for a session cookie; nothing else is ever kept in a session. */
  interface Session {
    id?: string;
    accountId?: string;
    name?: string;
    locale?: string;
    held?: readonly HeldRole[];
    secondFactor?: boolean;
  }
}
