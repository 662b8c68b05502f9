import { Audience } from './audience.js';
import { Delivery } from './delivery.entity.js';
import { BatchRunner } from './engine/batch-runner.js';
import { Batches } from './engine/batches.js';
import { EmailCourier } from './engine/email-courier.js';
import { NotifyCourier } from './engine/notify-courier.js';
import { Pace } from './engine/pace.js';
import { Senders } from './engine/senders.js';
import { StopWatch } from './engine/stop-watch.js';
import { PrintFiles } from './print/print-file.js';
import { PrintGathering } from './print/print-gathering.js';
import { PrintLettersHandler } from './print/print-letters.handler.js';
import { PrintRuns } from './print/print-runs.js';
import { Printing } from './print/printing.js';
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
import { SendEmailsHandler, SendTextsHandler, StartBulletinHandler } from './sending.handlers.js';
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
export const sendingServices = [Audience, Batches, PrintFiles, PrintRuns, ProviderStates, QuietHours, Sendings];

/** For the worker: the sending itself. */
export const sendingJobProviders = [
  BatchRunner,
  EmailCourier,
  NotifyCourier,
  Pace,
  PrintGathering,
  Printing,
  PrintLettersHandler,
  Senders,
  SendingEnds,
  Starts,
  StopWatch,
  TidyDeliveries,
  StartBulletinHandler,
  SendEmailsHandler,
  SendTextsHandler,
];
