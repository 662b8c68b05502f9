export type { Answers } from './answers.js';
export { Application, type ApplicationSource, type DeclineReason } from './application.entity.js';
export { ApplicationInput } from './application-input.js';
export { ApplicationLinks } from './application-links.js';
export type { ApplicationState } from './application-state.js';
export { Applications } from './applications.js';
export { ApplicationsJobsModule, ApplicationsModule, ApplicationsWebModule } from './applications.module.js';
export { Decisions } from './decisions.js';
export { shownReference } from './reference.js';
