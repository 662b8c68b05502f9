export { Demo } from './demo.js';
export { DemoModule } from './demo.module.js';
export type { DemoPerson } from './demo-people.js';
export { type Scale, ScaleLoad } from './scale/scale-load.js';
