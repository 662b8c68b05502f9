export { PaymentsJobsModule, PaymentsWebModule } from './payments.module.js';
export { PaymentsNotSetUp, WebhookNotGenuine } from './payments.problems.js';
export { StripeEvent } from './stripe-event.entity.js';
