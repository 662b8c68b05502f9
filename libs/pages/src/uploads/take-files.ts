import { RouteConfig } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { MultipartReader } from './multipart-reader.js';
import { FormNotReadable } from './uploads.problems.js';
import { UploadedFile } from './uploaded-file.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Most bytes of a form with a file; without it the route takes none. */
    takesFile?: number;
  }
}

/** Most fields beside the file, and most bytes of one. */
const MOST_FIELDS = 100;
const MOST_FIELD = 64 * 1024;

/**
 * Beside `@Post()`: the route takes a form of at most `most` bytes whose **last** field is a file (`fileOf`). The fields
 * before it are read first, so that the form's token and the person are checked before a byte of the file is looked at;
 * what stands after it is not read. Mind that a button with a name stands where it stands in the page: use `formaction`.
 */
export const TakesFile = (most: number) => RouteConfig({ takesFile: most });

/** Lets routes marked `@TakesFile` read `multipart/form-data`; all others go on refusing it (415). */
export function takeFiles(fastify: FastifyInstance): void {
  const readers = new WeakMap<FastifyRequest, MultipartReader>();
  fastify.addContentTypeParser(
    'multipart/form-data',
    async (request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
      const most = (request.routeOptions.config as { takesFile?: number }).takesFile;
      if (most === undefined) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('multipart/form-data');
      const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(request.headers['content-type'] ?? '');
      const reader = new MultipartReader(payload[Symbol.asyncIterator](), boundary?.[1] ?? boundary?.[2] ?? '', most);
      readers.set(request, reader);
      return readFields(reader);
    },
  );
  fastify.addHook('onResponse', async (request) => {
    await readers
      .get(request)
      ?.drain()
      .catch(() => undefined);
  });
}

/** The fields up to the first file, and that file unread. @throws FormNotReadable */
async function readFields(reader: MultipartReader): Promise<Record<string, unknown>> {
  const body: Record<string, unknown> = {};
  for (let count = 0; count <= MOST_FIELDS; count++) {
    const head = await reader.next();
    if (!head) return body;
    if (head.file !== null) {
      body[head.name] = new UploadedFile(head.file, reader.content());
      return body;
    }
    const text = await reader.text(MOST_FIELD);
    if (head.name === '__proto__') continue;
    const before = body[head.name];
    body[head.name] = before === undefined ? text : [before, text].flat();
  }
  throw new FormNotReadable();
}
