import type { Connection, Submittable } from 'pg';

/** What the client's types leave out of a connection, or ask for though it is not needed. */
interface Wire extends Pick<Connection, 'sync' | 'stream'> {
  /** Texts of the statements that PostgreSQL holds for this connection, by name. */
  parsedStatements: Readonly<Record<string, string>>;
  parse(statement: { name?: string; text: string }): void;
  bind(values: { statement?: string; values?: readonly (string | null)[] }): void;
  execute(portal: object): void;
}

/** What a statement gave: its value as text, or nothing where what it did was undone. */
export type ValueGiven = { isKept: true; value: string | null } | { isKept: false };

/**
 * One execution of a named prepared statement that gives one value (PostgreSQL's extended query protocol). Its column is not
 * described: where the work is small, that takes the client longer than the value. With `keep`, PostgreSQL works while
 * `keep` makes up its mind, and commits only once that has said yes.
 */
export class OneValue implements Submittable {
  /** Set by the pool. */
  callback?: (error: unknown, given?: ValueGiven) => void;
  readonly name: string;
  readonly text: string;
  private value: string | null = null;
  private isKept = true;
  private failure: unknown;

  /**
   * @param values texts as PostgreSQL reads them, or null
   * @param keep whether to keep what the statement does; where it throws, nothing is kept and that is the answer
   */
  constructor(
    statement: { name: string; text: string },
    private readonly values: readonly (string | null)[],
    private readonly keep?: () => boolean,
  ) {
    this.name = statement.name;
    this.text = statement.text;
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    if (wire.parsedStatements[this.name] === undefined) wire.parse({ name: this.name, text: this.text });
    wire.bind({ statement: this.name, values: this.values });
    wire.execute({});
    if (this.keep) {
      // On its way: PostgreSQL begins, in a transaction that lasts until the next sync.
      wire.stream.uncork();
      wire.stream.cork();
      if (!this.isToBeKept(this.keep)) {
        wire.parse({ text: 'ROLLBACK' });
        wire.bind({});
        wire.execute({});
      }
    }
    wire.sync();
    wire.stream.uncork();
  }

  private isToBeKept(keep: () => boolean): boolean {
    try {
      this.isKept = keep();
    } catch (error) {
      this.isKept = false;
      this.failure = error;
    }
    return this.isKept;
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.value = fields[0] ?? null;
  }

  handleCommandComplete(): void {
    // What was done is known when it is committed: handleReadyForQuery.
  }

  handleReadyForQuery(): void {
    if (this.failure !== undefined) this.callback?.(this.failure);
    else this.callback?.(null, this.isKept ? { isKept: true, value: this.value } : { isKept: false });
  }

  handleError(error: unknown): void {
    this.callback?.(error);
  }
}
