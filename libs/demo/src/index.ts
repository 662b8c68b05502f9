export { DemoModule } from './demo.module.js';
export { type Scale, ScaleLoad } from './scale/scale-load.js';
