import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Assets } from './assets.js';
import { PageNotFound } from './pages.problems.js';

interface Script {
  body: string;
  etag: string;
}

/**
 * Serves service workers: at an address of their own, which never changes and decides what they may reach, and with
 * the present addresses of the built files that they keep. A worker finds those as `self.built`:
 * `{ version: string, assets: string[] }`. A browser compares the whole text, so a change of any of the files installs
 * the worker anew. It must be bundled from `libs/<lib>/browser`, and its page must have `@Permits({ workers: true })`.
 *
 *     @Get('till-worker.js')
 *     worker(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
 *       return this.workers.answer('till-worker.js', ['app.css', 'app.js', 'till.css', 'till.js'], request, reply);
 *     }
 */
@Injectable()
export class ServiceWorkers {
  private readonly scripts = new Map<string, Script>();

  constructor(private readonly assets: Assets) {}

  /**
   * The text of a worker for a route that answers with it; sets the headers. From an address in the root of the site
   * it may be registered for any narrower scope.
   * @param name of the built script
   * @param keeps names of built files that it keeps for later
   * @throws PageNotFound when nothing was built under that name
   */
  answer(name: string, keeps: readonly string[], request: FastifyRequest, reply: FastifyReply): string {
    const { body, etag } = this.script(name, keeps);
    // Asked for again each time: a worker that cannot be replaced would keep a fault for ever.
    void reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').header('etag', etag);
    if (request.headers['if-none-match'] !== etag) return body;
    void reply.status(304);
    return '';
  }

  private script(name: string, keeps: readonly string[]): Script {
    const path = this.assets.path(name);
    const urls = keeps.map((each) => this.assets.url(each));
    // Names carry a hash of the content: the same names are the same text.
    const key = [path, ...urls].join(' ');
    const known = this.scripts.get(key);
    if (known) return known;
    const text = textOf(path);
    const version = createHash('sha256').update(key).update(text).digest('hex').slice(0, 16);
    // Nothing but names of files of our own build is written into it.
    const body = `self.built=${JSON.stringify({ version, assets: urls })};\n${text}`;
    const made = { body, etag: `"${version}"` };
    this.scripts.set(key, made);
    return made;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new PageNotFound();
    throw error;
  }
}
