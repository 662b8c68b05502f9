import type { ComposerOffer, ComposerPicture, ComposerSource } from '@carers/composer';
import { Database, type Tx } from '@carers/database';
import { ListedOffers } from '@carers/offers';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { BulletinPicture } from './bulletin-picture.entity.js';
import type { Bulletin } from './bulletin.entity.js';

/** A text and what it may name, for the composer. */
export type SourceText = Pick<ComposerSource, 'title' | 'markdown' | 'shortText' | 'locale' | 'writtenAt'>;

/** Puts together what the composer needs of a bulletin. Reads only. */
@Injectable()
export class BulletinSources {
  constructor(
    private readonly database: Database,
    private readonly listed: ListedOffers,
    private readonly settings: Settings,
  ) {}

  get publicUrl(): string {
    return this.settings.publicUrl;
  }

  /** The page on which everybody may read it. */
  pageUrl({ slug }: Pick<Bulletin, 'slug'>): string {
    return `${this.settings.publicUrl}/bulletins/${slug}`;
  }

  source(
    bulletin: Pick<Bulletin, 'id' | 'slug'>,
    text: SourceText,
    pictures: readonly ComposerPicture[],
    offers: readonly ComposerOffer[],
  ): ComposerSource {
    const { publicUrl } = this;
    return { id: bulletin.id, ...text, pictures, offers, publicUrl, pageUrl: this.pageUrl(bulletin) };
  }

  /** Its pictures with their bytes. */
  async pictures(bulletin: Pick<Bulletin, 'id' | 'slug'>, reader: Tx | Database['reader'] = this.database.reader) {
    const rows = await reader.find(BulletinPicture, {
      select: {
        number: true,
        alt: true,
        mail: true,
        mailWidth: true,
        mailHeight: true,
        print: true,
        printWidth: true,
        printHeight: true,
      },
      where: { bulletinId: bulletin.id },
      order: { number: 'ASC' },
    });
    return rows.map((row): ComposerPicture => ({
      number: row.number,
      alt: row.alt,
      mail: { bytes: row.mail, width: row.mailWidth, height: row.mailHeight },
      print: { bytes: row.print, width: row.printWidth, height: row.printHeight },
      url: `${this.pageUrl(bulletin)}/pictures/${row.number}`,
    }));
  }

  /** The offers that texts name, as they are listed now; those that are not listed any more are missing. */
  async offers(texts: readonly string[]): Promise<ComposerOffer[]> {
    const ids = [
      ...new Set(
        texts.flatMap((text) => [...text.matchAll(/::offer\{([0-9a-f-]{36})\}/g)].map(([, id]) => id!)).slice(0, 200),
      ),
    ];
    const listed = await this.listed.byIds(ids);
    return listed.map(({ id, regionSlug, line, where }) => ({
      id,
      title: line.title,
      sentence: line.sentence,
      business: line.business.name,
      where,
      url: `${this.settings.publicUrl}/offers/${regionSlug}/${line.slug}`,
    }));
  }
}
