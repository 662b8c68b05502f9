export { PaymentsJobsModule } from './payments-jobs.module.js';
export { PaymentsWebModule } from './payments-web.module.js';
export { PaymentsNotSetUp, WebhookNotGenuine } from './payments.problems.js';
export { StripeEvent } from './stripe/stripe-event.entity.js';
