export {
  automaticMessagesEntities,
  AutomaticMessagesJobsModule,
  AutomaticMessagesModule,
  AutomaticMessagesWebModule,
} from './automatic-messages.module.js';
export { type AutomaticMessage, catalogue, messageAt, messageOf } from './catalogue.js';
export { AutomaticMessagesSchedule, SendDue } from './sending/nightly.jobs.js';
export { RenewalReminders } from './sending/renewal-reminders.js';
export { WelcomeSeries } from './sending/welcome-series.js';
export { Templates } from './words/templates.js';
export { Versions } from './words/versions.js';
