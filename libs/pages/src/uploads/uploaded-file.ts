/** A file that came with a form: read it once, as it arrives. */
export class UploadedFile {
  readonly #bytes: AsyncIterable<Uint8Array>;

  /**
   * @param name as the browser told it; empty where no file was chosen
   * @param bytes its content; reading throws `FileTooLarge` beyond what the route takes
   */
  constructor(
    readonly name: string,
    bytes: AsyncIterable<Uint8Array>,
  ) {
    this.#bytes = bytes;
  }

  get bytes(): AsyncIterable<Uint8Array> {
    return this.#bytes;
  }
}

/** The file that was chosen under a name of a form; null where there is none. */
export function fileOf(body: unknown, field: string): UploadedFile | null {
  const found = (body as Record<string, unknown> | null | undefined)?.[field];
  return found instanceof UploadedFile && found.name !== '' ? found : null;
}
