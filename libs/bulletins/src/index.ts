export { bulletinsEntities, BulletinsJobsModule, BulletinsModule, BulletinsWebModule } from './bulletins.module.js';
export { BulletinContents } from './writing/bulletin-contents.js';
export { type Edition, editions } from './writing/bulletin-version.entity.js';
export { Bulletin } from './writing/bulletin.entity.js';
export { BulletinNotFound, BulletinNotFrozen, BulletinNotOpen, TooManyPictures } from './writing/bulletins.problems.js';
export { type BulletinCopy, FrozenBulletin } from './writing/frozen-bulletin.js';
