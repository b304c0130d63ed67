import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { AppError } from '@cda/platform/errors.ts';

/** The user that PostgreSQL runs as. `switched` says that it is not the one who started us. */
export interface RunAs {
  name: string;
  uid: number | undefined;
  gid: number | undefined;
  switched: boolean;
}

/** Users that exist on most systems and own nothing of worth, in the order of preference. */
const preferred = ['postgres', 'nobody', 'daemon'];

/**
 * PostgreSQL refuses to run as root, so root runs it as an unprivileged user that the system already has. A cluster that
 * exists goes on with the user who owns it.
 */
export function chooseUser(cluster: string | undefined): RunAs {
  if (process.getuid?.() !== 0) return { name: userInfo().username, uid: undefined, gid: undefined, switched: false };
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid), switched: true }))
    .filter((user) => user.uid > 0);
  const owner = cluster === undefined ? undefined : statSync(cluster).uid;
  const chosen =
    users.find((user) => user.uid === owner) ??
    preferred.map((name) => users.find((user) => user.name === name)).find((user) => user !== undefined) ??
    users[0];
  if (!chosen) {
    throw new AppError(
      'DATABASE_UNSUPPORTED',
      "PostgreSQL can't run as root, and this system has no other user.",
      'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
  return chosen;
}

/** Spawn options that make a program run as `user`, from a folder that everybody can enter. */
export function asUser(user: RunAs): { uid?: number; gid?: number; cwd?: string } {
  return user.switched ? { uid: user.uid, gid: user.gid, cwd: '/' } : {};
}

/** Whether `user` can start the program at `path`. */
export function canRun(user: RunAs, path: string): boolean {
  return spawnSync(path, ['--version'], { ...asUser(user), stdio: 'ignore' }).status === 0;
}

/** Whether `user` can enter the folder at `path`, whatever lies above it. */
export function canEnter(user: RunAs, path: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', path], { ...asUser(user), stdio: 'ignore' }).status === 0;
}
