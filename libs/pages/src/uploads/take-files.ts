import { RouteConfig } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { FormReader } from './form-reader.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Most bytes of a form with a file; without it the route takes none. */
    takesFile?: number;
  }
}

/**
 * Beside `@Post()`: the route takes a form of at most `most` bytes whose **last** field is a file (`fileOf`). The fields
 * before it are read first, so that the form's token and the person are checked before a byte of the file is looked at;
 * what stands after it is not read. Mind that a button with a name stands where it stands in the page: use `formaction`.
 */
export const TakesFile = (most: number) => RouteConfig({ takesFile: most });

/** Lets routes marked `@TakesFile` read `multipart/form-data`; all others go on refusing it (415). */
export function takeFiles(fastify: FastifyInstance): void {
  const readers = new WeakMap<FastifyRequest, FormReader>();
  fastify.addContentTypeParser(
    'multipart/form-data',
    async (request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
      const most = (request.routeOptions.config as { takesFile?: number }).takesFile;
      if (most === undefined) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('multipart/form-data');
      const reader = new FormReader(payload[Symbol.asyncIterator](), request.headers['content-type'] ?? '', most);
      readers.set(request, reader);
      return reader.read();
    },
  );
  fastify.addHook('onResponse', async (request) => readers.get(request)?.stop());
}
