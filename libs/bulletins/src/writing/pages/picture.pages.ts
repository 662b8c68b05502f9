import { For, Who } from '@carers/access';
import { scopeOf } from '@carers/information-service';
import {
  errorsOf,
  fileOf,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
  TakesFile,
} from '@carers/pages';
import { Body, Controller, Get, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { BulletinPictures } from '../bulletin-pictures.js';
import { Bulletins } from '../bulletins.js';
import { mostPictureBytes } from '../pictures.js';
import { pictureForm } from './writing.forms.js';
import { base } from './writing.presenter.js';

/** The pictures of a bulletin: uploaded here, named in its texts. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins/:id/pictures')
@For('carers_service_officer', 'administrator')
export class PicturePages {
  constructor(
    private readonly bulletins: Bulletins,
    private readonly pictures: BulletinPictures,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.listPage(who, id);
  }

  @Post()
  @TakesFile(mostPictureBytes)
  async add(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(pictureForm, body);
    const file = fileOf(body, 'file');
    if (read.errors) return this.listPage(who, id, read);
    if (!file) return this.wrong(who, id, read.form, [{ field: 'file', message: 'bulletins:errors.picture-missing' }]);
    try {
      const bytes = await buffer(Readable.from(file.bytes));
      await this.pictures.add(id, bytes, read.value.alt, scopeOf(who), who.actor());
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.wrong(who, id, read.form, errors);
    }
    return redirect(`${base}/${id}/pictures`, 303, { notice: 'bulletins:pictures.added' });
  }

  @Get(':number')
  async bytes(@Who() who: Who, @Param('id') id: string, @Param('number') number: string): Promise<StreamableFile> {
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    return new StreamableFile(await this.pictures.bytes(bulletin, Number(number)), { type: 'image/jpeg' });
  }

  @Post(':number/remove')
  async remove(@Who() who: Who, @Param('id') id: string, @Param('number') number: string): Promise<RedirectResult> {
    await this.pictures.remove(id, Number(number) || 0, scopeOf(who), who.actor());
    return redirect(`${base}/${id}/pictures`, 303, { notice: 'bulletins:pictures.removed' });
  }

  private wrong(who: Who, id: string, form: PageModel['form'], errors: PageModel['errors']): Promise<PageResult> {
    return this.listPage(who, id, { form, errors });
  }

  private async listPage(who: Who, id: string, typed: PageModel = {}): Promise<PageResult> {
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    const pictures = await this.pictures.of(bulletin);
    return page('bulletins/staff/writing/pictures', {
      id,
      title: bulletin.title,
      open: bulletin.isOpen,
      megabytes: mostPictureBytes / 1_000_000,
      pictures: pictures.map(({ number, alt, mailWidth, mailHeight }) => ({
        number,
        alt,
        width: mailWidth,
        height: mailHeight,
        code: `![](picture:${number})`,
      })),
      ...typed,
    });
  }
}
