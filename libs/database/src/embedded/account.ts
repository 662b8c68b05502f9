import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An account of this machine that PostgreSQL can run as. `undefined` everywhere else means "as ourselves". */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

/** Accounts without rights of their own, best first. Debian, Alpine and Fedora all ship `nobody`. */
const unprivileged = ['postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so root has to lend it another account. The account is one that the machine
 * already has: creating users on somebody's machine is not ours to do.
 *
 * @param cluster a data directory made earlier, whose owner is kept
 * @returns undefined when we are not root
 * @throws Error with a sentence for the operator when root has no account to lend
 */
export async function accountFor(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = await knownAccounts();
  const owner = await stat(cluster).catch(() => undefined);
  const account =
    (owner && owner.uid !== 0 ? accounts.find(({ uid }) => uid === owner.uid) : undefined) ??
    unprivileged.map((name) => accounts.find((known) => known.name === name)).find((found) => found);
  if (!account) {
    throw new Error(
      'PostgreSQL will not run as root and this machine has neither a "postgres" nor a "nobody" account: ' +
        'run as an ordinary user, or set DATABASE_URL.',
    );
  }
  return account;
}

async function knownAccounts(): Promise<Account[]> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && fields[2] !== '0')
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** Whether the account can walk into the directory. The kernel is asked, so ACLs and mounts count too. */
export async function canEnter(account: Account | undefined, directory: string): Promise<boolean> {
  if (!account) return true;
  return run('/bin/sh', ['-c', 'cd "$0"', directory], { uid: account.uid, gid: account.gid, cwd: '/' }).then(
    () => true,
    (error: { code?: number | string }) => {
      if (typeof error.code === 'number') return false;
      throw new Error(
        `PostgreSQL will not run as root, and this machine does not let root run a program as ${account.name} ` +
          `(${error.code}): run as an ordinary user, or set DATABASE_URL.`,
      );
    },
  );
}

/** Makes a directory (with its parents) that only the account can read. */
export async function ownDirectory(directory: string, account: Account | undefined): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (account) await chown(directory, account.uid, account.gid);
  await chmod(directory, 0o700);
}
