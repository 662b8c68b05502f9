import { Audience } from './audience.js';
import { Audiences } from './audiences.js';
import { BounceImport } from './bounces/bounce-import.js';
import { NotifyCallbackController } from './bounces/notify-callback.controller.js';
import { ReconcileNotify } from './bounces/reconcile.js';
import { Settlements } from './bounces/settlements.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryErasure } from './delivery-erasure.js';
import { BatchRunner } from './engine/batch-runner.js';
import { Batches } from './engine/batches.js';
import { EmailCourier } from './engine/email-courier.js';
import { NotifyLetters } from './engine/notify-letters.js';
import { NotifyCourier } from './engine/notify-courier.js';
import { Pace } from './engine/pace.js';
import { Senders } from './engine/senders.js';
import { StopWatch } from './engine/stop-watch.js';
import { Estimates } from './estimates.js';
import { DeliveryPages } from './pages/deliveries.pages.js';
import { SendingPages } from './pages/sending.pages.js';
import { LateStops } from './print/late-stops.js';
import { PrintCheck } from './print/print-check.js';
import { PrintDoors } from './print/print-doors.js';
import { PrintErasure } from './print/print-erasure.js';
import { PrintFiles } from './print/print-file.js';
import { PrintGathering } from './print/print-gathering.js';
import { PrintLettersHandler } from './print/print-letters.handler.js';
import { PrintManifest } from './print/print-manifest.js';
import { PrintRefresh } from './print/print-refresh.js';
import { PrintRuns } from './print/print-runs.js';
import { Printing } from './print/printing.js';
import { ProgressReader } from './progress.js';
import { ProviderStates } from './provider-states.js';
import { QuietHours } from './quiet-hours.js';
import {
  BulletinSending,
  DeliveryBatch,
  DeliveryProvider,
  DeliverySender,
  PrintLetter,
  PrintPiece,
  PrintRun,
} from './sending.entities.js';
import { SendEmailsHandler, SendLettersHandler, SendTextsHandler, StartBulletinHandler } from './sending.handlers.js';
import { SendingEnds } from './sending-ends.js';
import { Sendings } from './sendings.js';
import { Starts } from './starts.js';
import { TidyDeliveries } from './tidy.js';

export const sendingEntities = [
  Delivery,
  BulletinSending,
  DeliveryBatch,
  DeliverySender,
  DeliveryProvider,
  PrintRun,
  PrintLetter,
  PrintPiece,
];

/** For every process that has bulletins: planning, and what stands of it. */
export const sendingServices = [
  Audience,
  BounceImport,
  Settlements,
  Batches,
  DeliveryErasure,
  LateStops,
  PrintCheck,
  PrintDoors,
  PrintErasure,
  PrintFiles,
  PrintRuns,
  ProviderStates,
  QuietHours,
  Sendings,
];

/** For pages only. */
export const sendingWebServices = [Audiences, Estimates, PrintManifest, ProgressReader];

export const sendingPages = [SendingPages, DeliveryPages, NotifyCallbackController];

/** For the worker: the sending itself. */
export const sendingJobProviders = [
  BatchRunner,
  EmailCourier,
  NotifyCourier,
  NotifyLetters,
  Pace,
  PrintGathering,
  PrintRefresh,
  Printing,
  PrintLettersHandler,
  ReconcileNotify,
  Senders,
  SendingEnds,
  Starts,
  StopWatch,
  TidyDeliveries,
  StartBulletinHandler,
  SendEmailsHandler,
  SendTextsHandler,
  SendLettersHandler,
];
