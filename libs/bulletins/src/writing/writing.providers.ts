import { BulletinContents } from './bulletin-contents.js';
import { BulletinPicture } from './bulletin-picture.entity.js';
import { BulletinPictures } from './bulletin-pictures.js';
import { BulletinSources } from './bulletin-sources.js';
import { BulletinVersion } from './bulletin-version.entity.js';
import { Bulletin } from './bulletin.entity.js';
import { Bulletins } from './bulletins.js';
import { BulletinListPages } from './pages/bulletin-list.pages.js';
import { BulletinPages } from './pages/bulletin.pages.js';
import { PicturePages } from './pages/picture.pages.js';
import { PreviewPages } from './pages/preview.pages.js';
import { PublicBulletinPages } from './pages/public-bulletin.pages.js';
import { TextPages } from './pages/text.pages.js';
import { PreviewPeople } from './preview-people.js';
import { Previews } from './previews.js';
import { PublicBulletins } from './public-bulletins.js';
import { TestCopies, TestCopyWords } from './test-copies.js';

export const writingEntities = [Bulletin, BulletinVersion, BulletinPicture];

/** For other parts of this lib, and for other libs. */
export const writingServices = [BulletinContents, BulletinSources, Bulletins];

/** For pages only. */
export const writingWebServices = [BulletinPictures, PreviewPeople, Previews, PublicBulletins, TestCopies];

/** The list first: "new" must not be taken for a bulletin's id. */
export const writingPages = [
  BulletinListPages,
  BulletinPages,
  TextPages,
  PicturePages,
  PreviewPages,
  PublicBulletinPages,
];

export const writingJobProviders = [TestCopyWords];
