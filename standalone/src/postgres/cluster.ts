import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { AppError } from '@cda/platform/errors.ts';
import { makeFolder } from '../make-folder.ts';
import type { PostgresBinaries } from './binaries.ts';
import { asUser, canEnter, type RunAs } from './run-as.ts';
import { freeBytes } from './settings.ts';
import { systemFolder } from './system-folder.ts';

const minimumFreeBytes = 1024 ** 3;

/** The name of the database role that owns everything. */
export const superuser = 'postgres';

/**
 * The data folder, made where it is missing, in which we keep the password, the lock, the server's log and (unless
 * root's folder can't be entered by the server's user) the cluster itself.
 */
export async function prepareDataFolder(dataDir: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  try {
    const first = await makeFolder(dataDir, isRoot ? 0o711 : 0o700);
    // A strict umask would lock out the server's user; folders that stood before are left as they are.
    if (isRoot && first)
      for (let made = resolve(dataDir); made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
    const probe = join(dataDir, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError(
      code === 'ENOSPC' ? 'DISK_FULL' : 'FOLDER_UNUSABLE',
      code === 'ENOTDIR' || code === 'EEXIST'
        ? `The data folder ${dataDir} can't be made: a file stands in its way.`
        : code === 'ENOSPC'
          ? `The disk that holds the data folder ${dataDir} is full.`
          : `The data folder ${dataDir} can't be written (${code}).`,
      code === 'ENOSPC'
        ? 'Make room, or give a folder on another disk with --data-dir.'
        : 'Give a folder that you own with --data-dir (or DATA_DIR).',
      { cause },
    );
  }
  return await realpath(dataDir);
}

/** Refuses to start where the disk would be full soon. */
export function checkDisk(folder: string, neededBytes = minimumFreeBytes): void {
  const free = freeBytes(folder);
  if (free >= neededBytes) return;
  throw new AppError(
    'DISK_FULL',
    `Only ${(free / 1024 ** 3).toFixed(2)} GB are free on the disk that holds ${folder}; ${(neededBytes / 1024 ** 3).toFixed(0)} GB are needed.`,
    'Make room, or give a folder on another disk with --data-dir.',
  );
}

const noteName = 'cluster-is-at';

/** Where the cluster of this data folder lies now, as far as it has one. */
export async function findCluster(dataDir: string): Promise<string | undefined> {
  const noted = await readFile(join(dataDir, noteName), 'utf8').catch(() => '');
  return [noted.trim(), join(dataDir, 'cluster')].find((path) => path !== '' && existsSync(path));
}

/**
 * Where the cluster lies or shall lie: inside the data folder, or, when root's data folder is below one that the server's
 * user can't enter, in a folder of the system. The data folder then keeps a note of that place; without the note (somebody
 * emptied the data folder) what is left there is thrown away, so that an emptied folder means an empty database.
 */
export async function placeCluster(dataDir: string, user: RunAs, log: (line: string) => void): Promise<string> {
  const found = await findCluster(dataDir);
  const own = join(dataDir, 'cluster');
  if (found !== undefined && found !== own) return found;
  if (!user.switched || canEnter(user, dataDir)) return own;
  if (found === own) {
    throw new AppError(
      'FOLDER_UNUSABLE',
      `The user "${user.name}" that PostgreSQL runs as can't enter ${dataDir}, where the database lies.`,
      `Allow others to enter the folders above it (chmod o+x), or give another folder with --data-dir.`,
    );
  }
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const apart = join(systemFolder(), 'clusters', key);
  if (existsSync(apart)) {
    log(`The data folder ${dataDir} was emptied, so its former database at ${apart} is removed.`);
    await rm(apart, { recursive: true, force: true });
  }
  await mkdir(dirname(apart), { recursive: true, mode: 0o755 });
  await chmod(dirname(apart), 0o755);
  await writeFile(join(dataDir, noteName), `${apart}\n`);
  await writeFile(`${apart}.origin`, `${dataDir}\n`);
  log(`The user "${user.name}" that PostgreSQL runs as can't enter ${dataDir}, so the database lies at ${apart}.`);
  return apart;
}

/**
 * Clusters apart whose data folder lay in the temporary folder and is gone: trials and tests leave them. A data folder
 * elsewhere that can't be seen may be on a disk that is not there today, so its cluster stays.
 */
export async function abandonedClusters(): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const folder = join(systemFolder(), 'clusters');
  const temporary = await realpath(tmpdir());
  const abandoned: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.origin')) continue;
    const origin = (await readFile(join(folder, name), 'utf8')).trim();
    if (origin.startsWith(temporary + sep) && !existsSync(origin)) {
      abandoned.push(join(folder, name.slice(0, -'.origin'.length)));
    }
  }
  return abandoned;
}

/** The superuser's password: made once, kept in the data folder, readable by nobody else. */
export async function clusterPassword(dataDir: string): Promise<string> {
  const path = join(dataDir, 'password');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept) return kept.trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/**
 * Makes the cluster where there is none; refuses one of another major version. A half-made cluster of a run that was
 * killed has another name and is thrown away.
 */
export async function ensureCluster(
  cluster: string,
  binaries: PostgresBinaries,
  user: RunAs,
  password: string,
): Promise<{ created: boolean }> {
  const unfinished = `${cluster}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AppError(
      'FOLDER_UNUSABLE',
      `The database at ${cluster} can't be read (${cause.code}): it belongs to another user.`,
      'Start as the user who made it, or give another folder with --data-dir.',
      { cause },
    );
  });
  if (version !== undefined) {
    if (version.trim() === binaries.major) return { created: false };
    throw new AppError(
      'DATABASE_UNSUPPORTED',
      `The cluster ${cluster} was made by PostgreSQL ${version.trim()}, and this is PostgreSQL ${binaries.major}.`,
      'Start with --fresh to make a new one (its data are lost), give another folder with --data-dir, or serve it by its own PostgreSQL and set DATABASE_URL.',
    );
  }
  await mkdir(unfinished, { mode: 0o700 });
  const passwordFile = `${unfinished}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user.switched) {
      await chown(unfinished, user.uid!, user.gid!);
      await chown(passwordFile, user.uid!, user.gid!);
    }
    await run(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The order of texts is the same on every machine, and upper and lower case work beyond ASCII.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      user,
    );
    await rm(cluster, { recursive: true, force: true });
    await rename(unfinished, cluster);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
  return { created: true };
}

async function run(program: string, args: string[], user: RunAs): Promise<void> {
  const child = spawn(program, args, {
    ...asUser(user),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new AppError(
    'DATABASE_UNAVAILABLE',
    `PostgreSQL could not make its cluster: ${output.trim().split('\n').slice(-3).join(' ')}`,
    'Mend what it names, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}
