interface PgError {
  code?: string;
  constraint?: string;
}

/** The SQLSTATE of an error that came from PostgreSQL, through TypeORM or straight from `pg`. */
export function sqlStateOf(error: unknown): string | null {
  return pgErrorOf(error)?.code ?? null;
}

/** The name of the constraint that an error says was violated: turn it into a Problem by this name, never by text. */
export function constraintOf(error: unknown): string | null {
  return pgErrorOf(error)?.constraint ?? null;
}

/**
 * Whether an error says that PostgreSQL cannot be reached or takes no connection at present: classes 08 and 57P, 53300
 * (PostgreSQL's Appendix A), a refused or broken socket, or a pool whose connections were all busy for too long.
 */
export function isOutage(error: unknown): boolean {
  const code = sqlStateOf(error);
  if (code) return /^(08|57P)...?$|^53300$|^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH)$/.test(code);
  const text = error instanceof Error ? error.message : '';
  return /^(timeout exceeded when trying to connect|Connection terminated|Connection ended unexpectedly)/i.test(text);
}

function pgErrorOf(error: unknown): PgError | null {
  if (typeof error !== 'object' || error === null) return null;
  const driverError = (error as { driverError?: PgError }).driverError;
  return driverError ?? (error as PgError);
}
