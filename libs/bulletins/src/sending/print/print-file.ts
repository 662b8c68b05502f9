import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { Database, sealing } from '@carers/database';
import { Injectable } from '@nestjs/common';

/** Most bytes of the file in one row. Each is held four times while it is sealed and stored. */
const pieceSize = 256 * 1024;

/** What a file turned out to be. */
export interface WrittenFile {
  bytes: number;
  /** In hex. */
  sha256: string;
}

/** The files of print runs: sealed, in the database, so that web and worker need no common disk. */
@Injectable()
export class PrintFiles {
  constructor(private readonly database: Database) {}

  /** A stream that puts a run's file in place of the one before; ask `written` when it has ended. */
  async writer(runId: string): Promise<{ out: Writable; written: () => WrittenFile }> {
    await this.remove(runId);
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(pieceSize);
    let bytes = 0;
    let number = 0;
    let filled = 0;
    const save = async () => {
      const sealed = sealing().sealBytes(piece.subarray(0, filled), `print_piece ${runId} ${++number}`);
      filled = 0;
      await this.database.query('INSERT INTO print_piece (run_id, number, bytes) VALUES ($1, $2, $3)', [
        runId,
        number,
        sealed,
      ]);
    };
    const take = async (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
      for (let from = 0; from < chunk.length;) {
        const copied = chunk.copy(piece, filled, from);
        filled += copied;
        from += copied;
        if (filled === pieceSize) await save();
      }
    };
    const out = new Writable({
      highWaterMark: pieceSize,
      write: (chunk: Buffer, _encoding, done) => void take(chunk).then(() => done(), done),
      final: (done) => void (filled > 0 ? save() : Promise.resolve()).then(() => done(), done),
    });
    return { out, written: () => ({ bytes, sha256: hash.digest('hex') }) };
  }

  /** The file, a piece at a time. */
  read(runId: string): Readable {
    return Readable.from(this.pieces(runId), { objectMode: false });
  }

  async remove(runId: string): Promise<void> {
    await this.database.query('DELETE FROM print_piece WHERE run_id = $1', [runId]);
  }

  private async *pieces(runId: string): AsyncGenerator<Buffer> {
    for (let number = 1; ; number++) {
      const [row] = await this.database.query<{ bytes: Buffer }>(
        'SELECT bytes FROM print_piece WHERE run_id = $1 AND number = $2',
        [runId, number],
      );
      if (!row) return;
      yield sealing().openBytes(row.bytes, `print_piece ${runId} ${number}`);
    }
  }
}
