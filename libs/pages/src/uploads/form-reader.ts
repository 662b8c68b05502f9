import { once } from 'node:events';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { FileTooLarge, FormNotReadable } from './uploads.problems.js';
import { UploadedFile } from './uploaded-file.js';

/** At most 100 fields of 64 kB beside the file, and 8 kB of headers in front of each. */
const limits = { fields: 100, fieldSize: 64 * 1024, files: 1, headerPairs: 20, headerSize: 8 * 1024 };
const MOST_FILE_NAME = 200;

/**
 * Reads one form of parts (RFC 7578) up to its first file, which stays a stream: while nobody reads it, no more than a
 * chunk or two is taken from the body. The library leaves out parts that have no Content-Disposition at all.
 */
export class FormReader {
  readonly #fields = Object.create(null) as Record<string, unknown>;
  readonly #form = Promise.withResolvers<Record<string, unknown>>();
  readonly #stopped = new AbortController();
  readonly #parser: BusboyInstance;
  #file: BusboyFileStream | undefined;
  #problem = new FormNotReadable() as FormNotReadable | FileTooLarge;

  /**
   * @param stream the body; never closed from here, because the answer goes the same way
   * @param most bytes of the whole body
   * @throws FormNotReadable where the content type names no boundary
   */
  constructor(
    private readonly stream: AsyncIterator<Uint8Array>,
    contentType: string,
    private readonly most: number,
  ) {
    this.#parser = parserOf(contentType)
      .on('field', (name: string | undefined, value, _, cutOff) => this.takeField(name, value, cutOff))
      .on('file', (name: string | undefined, file, fileName) => this.takeFile(name, file, fileName))
      .on('fieldsLimit', () => this.#file ?? this.fail(new FormNotReadable()))
      .on('error', () => this.fail(new FormNotReadable()))
      .on('finish', () => this.#form.resolve(this.#fields));
  }

  /** The fields before the first file, and that file (`UploadedFile`). @throws FormNotReadable, FileTooLarge */
  read(): Promise<Record<string, unknown>> {
    void this.pump();
    return this.#form.promise;
  }

  /** Nobody wants the rest: what still comes is thrown away, so that the answer reaches somebody who is sending. */
  stop(): void {
    this.fail(new FormNotReadable());
  }

  /** Feeds the parser at its pace; of a body that nobody wants, at most twice what was allowed is taken. */
  private async pump(): Promise<void> {
    const { signal } = this.#stopped;
    try {
      for (let taken = 0; taken <= 2 * this.most;) {
        const { done, value } = await this.stream.next();
        if (done) {
          if (!signal.aborted) this.#parser.end();
          return;
        }
        taken += value.length;
        if (taken > this.most) this.fail(new FileTooLarge(this.most));
        if (signal.aborted || this.#parser.write(value)) continue;
        await once(this.#parser, 'drain', { signal }).catch(() => undefined);
      }
    } catch {
      // Whoever sent it has gone.
      this.fail(new FormNotReadable());
    }
  }

  private takeField(name: string | undefined, value: string, cutOff: boolean): void {
    if (name === undefined || cutOff) return this.fail(new FormNotReadable());
    if (this.#file || name === '__proto__') return;
    const before = this.#fields[name];
    this.#fields[name] = before === undefined ? value : [before, value].flat();
  }

  private takeFile(name: string | undefined, file: BusboyFileStream, fileName: string): void {
    // Told to whoever reads it; where nobody does, it is no fault of the process.
    file.on('error', () => undefined);
    this.#file = file;
    if (name === undefined || name === '__proto__') return this.fail(new FormNotReadable());
    const shown = fileName.replace(/%22/g, '"').slice(-MOST_FILE_NAME);
    this.#fields[name] = new UploadedFile(shown, this.bytesOf(file));
    this.#form.resolve(this.#fields);
  }

  private async *bytesOf(file: BusboyFileStream): AsyncGenerator<Uint8Array> {
    try {
      yield* file as AsyncIterable<Uint8Array>;
    } catch {
      throw this.#problem;
    }
  }

  /** The first problem counts; what was read whole before it stays good. */
  private fail(problem: FormNotReadable | FileTooLarge): void {
    if (this.#stopped.signal.aborted) return;
    this.#problem = problem;
    this.#stopped.abort();
    this.#form.reject(problem);
    this.#file?.destroy(problem);
  }
}

function parserOf(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits,
      isPartAFile: (_name, _type, fileName) => fileName !== undefined,
    });
  } catch {
    throw new FormNotReadable();
  }
}
