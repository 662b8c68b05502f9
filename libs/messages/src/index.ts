export { type ParamsSupplier, type SuppliedParams, SuppliesParams } from './message-params.js';
export { type FoundWords, MessageWords } from './message-words.js';
export { type MessageReport, MessageReports } from './message-reports.js';
export { Messages, type NewMessage, type Recipient } from './messages.js';
export { MessagesJobsModule, MessagesModule, MessagesWebModule } from './messages.module.js';
export { Outbox, type OutboxMessage, type RecordedMessage } from './outbox.js';
export { type Channel, type MessageState, OutgoingMessage } from './outgoing-message.entity.js';
export {
  type Attachment,
  type Delivery,
  type ReadyMessage,
  RecordingTransport,
  RefusedForGood,
  Transport,
} from './transport.js';
