import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import type { Settings } from './settings.js';

/**
 * Structured logs, one JSON object a line. A request is logged by its id, method, route pattern and status: never its
 * address, query or body, which can name a person or hold a secret; an error without what hangs on it, since a refused
 * statement carries its values.
 */
export function createLogger(settings: Settings, program: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: settings.logLevel,
    base: { program },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      req: (request: { method: string; routeOptions?: { url?: string } }) => ({
        method: request.method,
        route: request.routeOptions?.url ?? null,
      }),
      err: ({ name, message, stack, code }: Error & { code?: string }) => ({ type: name, message, stack, code }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
    },
  };
  return to ? pino(options, to) : pino(options);
}

/** Lets Nest and the libs log through pino. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    this.logger.error(
      { context, stack },
      message instanceof Error ? (message.stack ?? message.message) : String(message),
    );
  }

  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, String(message));
  }
}
