import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { InvalidInput, line, Problem } from '@carers/kernel';
import { Settings, SettingsModule } from '@carers/settings';
import { z } from 'zod';
import {
  choice,
  choices,
  configureHttp,
  createHttpAdapter,
  dateBoxes,
  DemoBrandModule,
  NoCsrf,
  page,
  PagesOptions,
  PagesWebModule,
  Permits,
  readForm,
  redirect,
} from './index.js';

const Answers = z.object({
  name: line({ max: 20, missing: 'pages:problems.invalid-input' }),
  role: choice(['day', 'month'], 'pages:errors.check-answer'),
  topics: choices(['day', 'year']),
  born: dateBoxes('pages:problems.invalid-input', 'pages:errors.check-answer'),
});

class TillIsBusy extends Problem {
  readonly slug = 'too-many-requests';
  readonly kind = 'too-many';
  readonly room = 'pages';
  override get retryAfter() {
    return 12;
  }
}

@Controller()
class SamplePages {
  @Get('sample')
  form() {
    return page('pages/samples/form', { form: { name: 'Zoë <b>' } });
  }

  @Post('sample')
  async send(@Body() body: unknown) {
    const read = await readForm(Answers, body);
    if (read.errors) return page('pages/samples/form', read);
    return redirect(`/thanks/${read.value.born}`, 303, { notice: 'pages:save' });
  }

  @Get('thanks/:born')
  thanks(@Param('born') born: string) {
    return page('pages/samples/plain', { born }, { publicFor: 60 });
  }

  @Get('scanner')
  @Permits({ camera: true, wasm: true, workers: true, formsTo: ['https://pay.example'] })
  scanner() {
    return page('pages/samples/plain', { born: '2000-01-02' });
  }

  @Post('unsubscribe')
  @NoCsrf()
  unsubscribe() {
    return 'gone';
  }

  @Post('api/v1/things')
  things(
    @Body({ schema: z.object({ name: line({ max: 5, missing: 'pages:errors.check-answer' }) }) } as never) body: object,
  ) {
    return body;
  }

  @Post('away')
  @NoCsrf()
  away(): never {
    throw new Error('The database is away');
  }

  @Get('broken')
  broken(): never {
    throw new Error('the secret of Margaret');
  }

  @Get('busy')
  busy(): never {
    throw new TillIsBusy();
  }

  @Get('api/v1/invalid')
  invalid(): never {
    throw new InvalidInput([{ field: 'address.postcode', message: 'pages:errors.too-long', params: { max: 8 } }]);
  }
}

@Module({ controllers: [SamplePages] })
class SampleModule {}

/** A small app with these pages, listening nowhere. Close it after use. */
export async function startSample(
  values: Partial<Settings> = {},
  changes: Partial<PagesOptions> = {},
): Promise<NestFastifyApplication> {
  const settings = new Settings({
    production: true,
    publicUrl: 'http://127.0.0.1:3000',
    trustedProxies: [],
    defaultLocale: 'en-GB',
    ...values,
  } as Settings);
  const options = Object.assign(new PagesOptions(), { strictWords: true, ...changes });
  const module = await Test.createTestingModule({
    imports: [SettingsModule.with(settings), PagesWebModule, DemoBrandModule, SampleModule],
  })
    .overrideProvider(PagesOptions)
    .useValue(options)
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(settings), { logger: false });
  await configureHttp(app, settings);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
