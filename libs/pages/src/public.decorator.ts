import { SetMetadata } from '@nestjs/common';

/** Metadata key that the guard of the access lib reads. */
export const PUBLIC = 'access:public';

/** Anybody may call this route. Every route without it is closed until it names who it is for. */
export const Public = () => SetMetadata(PUBLIC, true);
