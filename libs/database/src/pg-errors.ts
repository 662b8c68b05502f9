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

function pgErrorOf(error: unknown): PgError | null {
  if (typeof error !== 'object' || error === null) return null;
  const driverError = (error as { driverError?: PgError }).driverError;
  return driverError ?? (error as PgError);
}
