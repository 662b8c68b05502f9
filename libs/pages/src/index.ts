export { Assets } from './assets.js';
export {
  brandStyle,
  BrandSource,
  checkContrast,
  demoBrand,
  DemoBrandSource,
  type Brand,
  type BrandColours,
} from './brand.js';
export { contrastFailures, contrastRatio, ContrastTooLow, type ContrastFailure } from './contrast.js';
export { CsrfGuard, NoCsrf } from './csrf.guard.js';
export { Field, fieldId, formErrors } from './fields.js';
export { Formats, type DayOrInstant } from './formats.js';
export {
  choice,
  choices,
  dateBoxes,
  errorsOf,
  fieldErrors,
  readForm,
  ticked,
  valueAt,
  type FormRead,
  type FormValues,
  type ReadFormOptions,
} from './forms.js';
export { govukParams, renderComponent, safeHtml, type SafeHtml } from './govuk.js';
export { checkReadable } from './clean-input.js';
export { configureHttp, createHttpAdapter, httpLimits } from './http.js';
export { inBlocks } from './in-blocks.js';
export { PageRenderer } from './page-renderer.js';
export { type ChartMonth, type MonthChart, monthChart } from './month-chart.js';
export {
  page,
  PageResult,
  redirect,
  RedirectResult,
  type Notice,
  type PageModel,
  type PageOptions,
} from './page-result.js';
export { FormExpired, PageNotFound, UnreadableText } from './pages.problems.js';
export { PagesOptions } from './pages-options.js';
export { DemoBrandModule, PagesModule, PagesWebModule } from './pages.module.js';
export { Permits, type Permissions } from './policy.js';
export { ProblemFilter } from './problem.filter.js';
export { PSEUDO_LOCALE, pseudo } from './pseudo-locale.js';
export { PUBLIC, Public } from './public.decorator.js';
export { plainHeaders } from './security-headers.js';
export { ServiceWorkers } from './service-workers.js';
export { dirOf, FALLBACK_LOCALE, Translations, type TranslationsOptions } from './translations.js';
export { TakesFile } from './uploads/take-files.js';
export { fileOf, UploadedFile } from './uploads/uploaded-file.js';
export { FileTooLarge, FormNotReadable } from './uploads/uploads.problems.js';
export type { Viewer, ViewContext } from './view-context.js';
export { Views, type MessageContext, type RenderedEmail, type ViewsOptions } from './views.js';
export { webManifest, type InstallablePage } from './web-manifest.js';
export { looksLikeKey, Words, type WordParams } from './words.js';
