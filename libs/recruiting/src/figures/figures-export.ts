import { Readable } from 'node:stream';
import { type Actor, Audit } from '@carers/audit';
import { dateInLondon } from '@carers/kernel';
import type { Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Figures } from './figures.js';

const batch = 500;

const columns = ['code', 'kind', 'label', 'region', 'made', 'downloads', 'leads', 'joined', 'published', 'used', 'first-used'] as const; // prettier-ignore

/** The figures code by code, as a file. */
@Injectable()
export class FiguresExport {
  constructor(
    private readonly figures: Figures,
    private readonly schemes: SchemeService,
    private readonly audit: Audit,
  ) {}

  /**
   * CSV (UTF-8 with BOM, CRLF), read in batches as fast as it is taken; cells that a spreadsheet would run as a formula
   * are disarmed. Who asked is written down before the first byte. Whose a code is, is not in it.
   */
  async csv(actor: Actor, words: Words): Promise<Readable> {
    await this.audit.note({ action: 'recruiting.exported', subject: { kind: 'scheme', id: 'recruiting' }, actor });
    const regions = await this.schemes.regions();
    const names = new Map(regions.map(({ id, name }) => [id, name]));
    const file = stringify({
      bom: true,
      header: true,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: columns.map((key) => ({ key, header: words.t(`recruiting:figures.columns.${key}`) })),
    });
    const rows = Readable.from(this.rows(names, words));
    rows.on('error', (error) => file.destroy(error));
    file.on('close', () => rows.destroy());
    return rows.pipe(file);
  }

  private async *rows(
    regions: ReadonlyMap<string, string>,
    words: Words,
  ): AsyncGenerator<Record<(typeof columns)[number], string | number>> {
    for (let after: string | null = null; ;) {
      const lines: Awaited<ReturnType<Figures['byCode']>> = await this.figures.byCode(after, batch);
      for (const line of lines)
        yield {
          code: line.code,
          kind: words.t(`recruiting:figures.kinds.${line.kind}`),
          label: line.label ?? '',
          region: regions.get(line.regionId ?? '') ?? '',
          made: dateInLondon(line.madeAt),
          downloads: line.downloads,
          leads: line.leads,
          joined: line.joined,
          published: line.published,
          used: line.used,
          'first-used': line.firstUsedOn ?? '',
        };
      if (lines.length < batch) return;
      after = lines.at(-1)!.id;
    }
  }
}
