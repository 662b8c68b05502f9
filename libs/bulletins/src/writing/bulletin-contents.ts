import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { BrandSource, Translations, Views } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { BulletinSources } from './bulletin-sources.js';
import { BulletinVersion } from './bulletin-version.entity.js';
import { Bulletin } from './bulletin.entity.js';
import { BulletinNotFound, BulletinNotFrozen } from './bulletins.problems.js';
import { FrozenBulletin } from './frozen-bulletin.js';
import type { FrozenContent } from './frozen-content.js';

/** The words of a bulletin: fixed when somebody says yes to them, and what every copy is made from. */
@Injectable()
export class BulletinContents {
  constructor(
    private readonly database: Database,
    private readonly sources: BulletinSources,
    private readonly schemes: SchemeService,
    private readonly brands: BrandSource,
    private readonly translations: Translations,
    private readonly views: Views,
    private readonly clock: Clock,
  ) {}

  /**
   * Fixes the words, the offers as they are listed, and who sends it. Call it in the transaction that leaves `draft`,
   * with the bulletin locked, before the new state is saved; again after it was sent back and changed.
   * @throws BulletinNotFound; CompositionFaults when a version cannot be sent as it is
   */
  async freeze(tx: Tx, { id }: Pick<Bulletin, 'id'>): Promise<void> {
    const bulletin = await tx.findOneBy(Bulletin, { id });
    if (!bulletin) throw new BulletinNotFound();
    const content = await this.contentOf(tx, bulletin);
    // Nothing is fixed that could not be sent.
    (await this.frozenFrom(bulletin, content, tx)).compileAll();
    await tx.update(Bulletin, { id }, { frozen: content as never, frozenAt: this.clock.now() });
  }

  /** Back to `draft`, so that the words can be changed again. The bulletin is locked by whoever calls. */
  async thaw(tx: Tx, { id }: Pick<Bulletin, 'id'>): Promise<void> {
    await tx.update(Bulletin, { id }, { state: 'draft', frozen: null, frozenAt: null });
  }

  /**
   * What copies are made from: the same whenever it is asked for. Ask once for a batch and keep it.
   * @throws BulletinNotFound, BulletinNotFrozen
   */
  async frozen(bulletinId: string): Promise<FrozenBulletin> {
    const bulletin = await this.database.reader
      .createQueryBuilder(Bulletin, 'bulletin')
      .addSelect('bulletin.frozen')
      .where({ id: bulletinId })
      .getOne();
    if (!bulletin) throw new BulletinNotFound();
    if (!bulletin.frozen) throw new BulletinNotFrozen();
    return this.frozenFrom(bulletin, bulletin.frozen);
  }

  /** The same of the words as they are now, for previews and tests. Nothing is kept. */
  async asWritten(bulletin: Bulletin): Promise<FrozenBulletin> {
    return this.frozenFrom(bulletin, await this.contentOf(this.database.reader, bulletin));
  }

  private async frozenFrom(bulletin: Bulletin, content: FrozenContent, tx?: Tx): Promise<FrozenBulletin> {
    const pictures = await this.sources.pictures(bulletin, tx);
    return new FrozenBulletin(bulletin, content, pictures, this.sources.pageUrl(bulletin), {
      translations: this.translations,
      views: this.views,
    });
  }

  private async contentOf(reader: Tx | Database['reader'], bulletin: Bulletin): Promise<FrozenContent> {
    const [versions, scheme, brand] = await Promise.all([
      reader.find(BulletinVersion, {
        where: { bulletinId: bulletin.id },
        order: { locale: 'ASC', edition: 'DESC' },
      }),
      this.schemes.current(),
      this.brands.current(),
    ]);
    const service = scheme.carersServices.find(({ id }) => id === bulletin.carersServiceId);
    if (!service) throw new BulletinNotFound();
    const { name, phone, email, web, address } = service;
    return {
      versions: versions.map((version) => ({
        locale: version.locale,
        edition: version.edition,
        title: version.title,
        markdown: version.markdown,
        shortText: version.shortText,
        writtenAt: version.updatedAt.toISOString(),
      })),
      offers: await this.sources.offers(versions.map(({ markdown }) => markdown)),
      service: { name, phone, email, web, address: [...address] },
      brand,
      publicUrl: this.sources.publicUrl,
    };
  }
}
