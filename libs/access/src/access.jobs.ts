import { JobName } from '@carers/jobs';

/** Sends the link and code of one wish to sign in, if anybody has that contact. */
export const sendSignIn = new JobName<{ challengeId: string }>('access.send-sign-in', { expiresAfter: 60 });

/** Forgets sessions, sign-ins and invitations that ran out. */
export const forgetExpired = new JobName<Record<string, never>>('access.forget-expired');
