export { Misuse } from './misuse.js';
export { MisuseJobsModule } from './misuse.module.js';
