import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { OneValue, type ValueGiven } from './one-value.js';
import { sqlStateOf } from './pg-errors.js';

declare const inTransaction: unique symbol;

/** An entity manager inside a transaction. The brand makes the compiler refuse a plain one where a change is made. */
export type Tx = EntityManager & { readonly [inTransaction]: true };

/** A statement that PostgreSQL plans once per connection: the name must be unique to the text. */
export interface PreparedStatement {
  name: string;
  text: string;
}

/** The one way to the database: transactions for changes, a reader for the rest, prepared statements for hot paths. */
@Injectable()
export class Database {
  private static readonly attempts = 5;

  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** For reading outside a transaction. Never write through it. */
  get reader(): EntityManager {
    return this.source.manager;
  }

  /** The `pg` pool behind the data source: for prepared statements, streams and the queue. */
  get pool(): Pool {
    return (this.source.driver as unknown as { master: Pool }).master;
  }

  /**
   * Runs `work` in one transaction: all of it is saved, or nothing. Run again from the start (up to five times) when
   * PostgreSQL had to break a deadlock (40P01) or a serialisation conflict (40001), so `work` must have no other effects.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.source.transaction((manager) => work(manager as Tx));
      } catch (error) {
        const state = sqlStateOf(error);
        if ((state !== '40P01' && state !== '40001') || attempt >= Database.attempts) throw error;
      }
    }
  }

  /** Runs a named prepared statement in one round trip and gives its rows. */
  async prepared<Row extends object>(statement: PreparedStatement, values: unknown[]): Promise<Row[]> {
    const result = await this.pool.query<Row & Record<string, unknown>>({ ...statement, values });
    return result.rows;
  }

  /**
   * Runs a named prepared statement that gives one JSON value, in its own transaction.
   * @param values texts as PostgreSQL reads them, or null
   * @param keep asked while PostgreSQL works: where it says no or throws, all is undone
   * @returns the value, or undefined where it was not to be kept
   */
  async value<Value>(
    statement: PreparedStatement,
    values: readonly (string | null)[],
    keep?: () => boolean,
  ): Promise<Value | undefined> {
    // The pool hands its callback to what it is given to submit, which its types do not tell.
    const given = await (this.pool.query(new OneValue(statement, values, keep)) as unknown as Promise<ValueGiven>);
    return given.isKept ? (JSON.parse(given.value!) as Value) : undefined;
  }

  /** Runs plain SQL outside a transaction and gives its rows. For reading. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result = await this.pool.query<Row & Record<string, unknown>>(text, values);
    return result.rows;
  }
}
