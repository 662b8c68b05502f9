import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

interface Kept<T> {
  value: T;
  until: number;
}

/**
 * Answers of the directory kept for a moment, so that a popular list is made once and not a hundred times a second. What
 * this process changes is seen at once: any commit through it forgets everything. What others change is seen within
 * `keptFor`.
 */
@Injectable()
export class DirectoryMemory {
  /** Milliseconds. By the machine's steady clock: a test that holds the time still must not hold answers. */
  static readonly keptFor = 2_000;
  static readonly most = 500;

  private readonly kept = new Map<string, Kept<Promise<unknown>>>();

  constructor(@InjectDataSource() source: DataSource) {
    source.subscribers.push({ afterTransactionCommit: () => this.forget() });
  }

  /** What was made for this key a moment ago, or what `make` makes now. Askers at the same time share the making. */
  async answer<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known && known.until > performance.now()) return known.value as Promise<T>;
    const value = make();
    this.kept.delete(key);
    this.kept.set(key, { value, until: performance.now() + DirectoryMemory.keptFor });
    if (this.kept.size > DirectoryMemory.most) this.kept.delete(this.kept.keys().next().value!);
    value.catch(() => this.kept.get(key)?.value === value && this.kept.delete(key));
    return value;
  }

  forget(): void {
    this.kept.clear();
  }
}
