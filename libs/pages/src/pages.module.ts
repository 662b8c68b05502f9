import { Global, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { InvalidInput } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { z } from 'zod';
import { Assets } from './assets.js';
import { BrandPages } from './brand.pages.js';
import { BrandSource, DemoBrandSource } from './brand.js';
import { CsrfGuard } from './csrf.guard.js';
import { fieldErrors } from './forms.js';
import { InformationPages } from './information.pages.js';
import { PageInterceptor } from './page.interceptor.js';
import { PageRenderer } from './page-renderer.js';
import { PagesOptions } from './pages-options.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemPages } from './problem.pages.js';
import { ServiceWorkers } from './service-workers.js';
import { Translations } from './translations.js';
import { Views } from './views.js';

/** Words and templates, for processes that render but do not serve: the worker. */
@Global()
@Module({
  providers: [
    { provide: PagesOptions, useValue: new PagesOptions() },
    {
      provide: Translations,
      inject: [Settings, PagesOptions],
      useFactory: (settings: Settings, options: PagesOptions) =>
        new Translations({ strict: options.strictWords, watch: !settings.production }),
    },
    {
      provide: Views,
      inject: [Translations, Settings],
      useFactory: (translations: Translations, settings: Settings) =>
        new Views(translations, { publicUrl: settings.publicUrl, watch: !settings.production }),
    },
    {
      provide: Assets,
      inject: [Settings, PagesOptions],
      useFactory: (settings: Settings, options: PagesOptions) => new Assets(options.assetsFolder, !settings.production),
    },
  ],
  exports: [Translations, Views, Assets, PagesOptions],
})
export class PagesModule {}

/**
 * Everything for pages over HTTP: rendering, problems, forms, and the information pages. The app gives a module that
 * exports a `BrandSource`; without one the demo brand is used.
 */
@Global()
@Module({
  imports: [PagesModule],
  controllers: [InformationPages, ProblemPages, BrandPages],
  providers: [
    PageRenderer,
    ServiceWorkers,
    { provide: APP_INTERCEPTOR, useClass: PageInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: CsrfGuard },
    {
      provide: APP_PIPE,
      useFactory: () =>
        new StandardSchemaValidationPipe({
          exceptionFactory: (issues) => new InvalidInput(fieldErrors({ issues } as unknown as z.ZodError)),
        }),
    },
  ],
  exports: [PageRenderer, ServiceWorkers],
})
export class PagesWebModule {}

/** The demo brand for every page: tests, and programs without a scheme. */
@Global()
@Module({ providers: [{ provide: BrandSource, useClass: DemoBrandSource }], exports: [BrandSource] })
export class DemoBrandModule {}
