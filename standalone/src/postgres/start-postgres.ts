import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@cda/platform/errors.ts';
import pg from 'pg';
import { binariesFor, type PostgresBinaries } from './binaries.ts';
import {
  abandonedClusters,
  checkDisk,
  clusterPassword,
  ensureCluster,
  findCluster,
  placeCluster,
  prepareDataFolder,
  superuser,
} from './cluster.ts';
import { holderOf, lockFolder } from './folder-lock.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { isAlive, isPostgresOf } from './process-identity.ts';
import { asUser, chooseUser, type RunAs } from './run-as.ts';
import { serverSettings } from './settings.ts';

export interface PostgresOptions {
  /** The folder that keeps everything of this database; made where it is missing. */
  dataDir: string;
  /** Told one line about each thing that the operator should know. */
  log?: (line: string) => void;
  /** Server settings that go before our own, as `postgresql.conf` names them. */
  settings?: Record<string, string>;
}

export interface RunningPostgres extends AsyncDisposable {
  /** Connection string of the superuser, to the database `postgres`. */
  url: string;
  port: number;
  pid: number;
  /** For example `18.4`. */
  version: string;
  /** Whether the server was found running (its former parent was killed) rather than started. */
  reused: boolean;
  /** Whether the cluster was made by this start. */
  created: boolean;
  /** Where the cluster lies. */
  cluster: string;
  /** Ends the server; resolves when it is gone, in bounded time. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
/** Recovery after a crash replays at most `max_wal_size` of log, which takes seconds. */
const readyWithinMs = 60_000;
const fastStopWithinMs = 15_000;
const quickStopWithinMs = 5_000;
const watchEveryMs = 500;
const maxLogBytes = 10 * 1024 * 1024;

/**
 * Runs PostgreSQL from the npm binaries over the cluster in `dataDir`, listening on a free port of the loopback only.
 * A server that outlived its killed parent is taken over; one that dies is started again on the same port. Nothing here
 * hooks into the end of this process: whoever starts it stops it.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const log = options.log ?? (() => undefined);
  const dataDir = await prepareDataFolder(options.dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const user = chooseUser(await findCluster(dataDir));
    const binaries = await binariesFor(user, log);
    const cluster = await placeCluster(dataDir, user, log);
    if (dirname(cluster) !== dataDir) for (const left of await abandonedClusters()) await removeCluster(left);
    checkDisk(dataDir);
    const password = await clusterPassword(dataDir);
    const { created } = await ensureCluster(cluster, binaries, user, password);
    const server = new Server({
      dataDir,
      cluster,
      user,
      binaries,
      password,
      log,
      settings: { ...serverSettings(cluster), ...options.settings },
    });
    const { reused, version } = await server.begin();
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= server.end().finally(() => lock[Symbol.asyncDispose]()));
    return {
      url: server.url(),
      port: server.port,
      get pid() {
        return server.pid;
      },
      version,
      reused,
      created,
      cluster,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Throws away the database of a data folder that no process uses. */
export async function removePostgres(dataDir: string): Promise<void> {
  const folder = await prepareDataFolder(dataDir);
  await using _lock = await lockFolder(folder);
  const cluster = await findCluster(folder);
  if (cluster !== undefined) await removeCluster(cluster);
  for (const name of ['cluster-is-at', 'password', 'port', 'server.log', 'server.log.1']) {
    await rm(join(folder, name), { force: true });
  }
}

async function removeCluster(cluster: string): Promise<void> {
  const running = await readPostmasterFile(cluster);
  if (running && isAlive(running.pid) && isPostgresOf(running.pid, cluster)) await endServer(running.pid);
  await rm(cluster, { recursive: true, force: true });
  await rm(`${cluster}.origin`, { force: true });
}

/**
 * Connection string of the server that another process runs over this data folder; undefined where none does. A server that
 * is starting is waited for.
 */
export async function findRunningPostgres(dataDir: string): Promise<string | undefined> {
  const giveUpAt = Date.now() + readyWithinMs;
  while ((await holderOf(dataDir)) !== undefined && Date.now() < giveUpAt) {
    const cluster = await findCluster(dataDir);
    const file = cluster === undefined ? undefined : await readPostmasterFile(cluster);
    if (file?.status === 'ready' && file.port !== undefined && isAlive(file.pid)) {
      return `postgres://${superuser}:${await clusterPassword(dataDir)}@${host}:${file.port}/postgres`;
    }
    await sleep(100);
  }
  return undefined;
}

interface Place {
  dataDir: string;
  cluster: string;
  user: RunAs;
  binaries: PostgresBinaries;
  password: string;
  log: (line: string) => void;
  settings: Record<string, string>;
}

class Server {
  readonly #place: Place;
  #watch: NodeJS.Timeout | undefined;
  #ending = false;
  #restarting: Promise<unknown> = Promise.resolve();
  pid = 0;
  port = 0;

  constructor(place: Place) {
    this.#place = place;
  }

  url(database = 'postgres'): string {
    return `postgres://${superuser}:${this.#place.password}@${host}:${this.port}/${database}`;
  }

  async begin(): Promise<{ reused: boolean; version: string }> {
    const reused = await this.#takeOver();
    if (!reused) await this.#launch();
    const version = await this.#ask<string>('SHOW server_version');
    this.#watch = setInterval(() => this.#look(), watchEveryMs).unref();
    return { reused, version };
  }

  async end(): Promise<void> {
    this.#ending = true;
    clearInterval(this.#watch);
    await this.#restarting;
    await endServer(this.pid);
  }

  /** Uses a server that a killed parent left behind, if it is ours and has our settings; else makes way for a new one. */
  async #takeOver(): Promise<boolean> {
    const { cluster, log } = this.#place;
    const found = await readPostmasterFile(cluster);
    if (!found || !isAlive(found.pid)) return false;
    const ours = isPostgresOf(found.pid, cluster);
    if (ours === false) {
      // The id in the file was given to another program since. PostgreSQL itself would refuse to start over such a file.
      await rm(join(cluster, 'postmaster.pid'), { force: true });
      return false;
    }
    const port = found.port;
    if (port !== undefined && (await this.#hasOurSettings(port))) {
      this.pid = found.pid;
      this.port = port;
      if (await this.#answers()) {
        await this.#ask(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        );
        log(`PostgreSQL was still running (process ${found.pid}) and is taken over.`);
        return true;
      }
    }
    if (ours === undefined) {
      throw new AppError(
        'DATABASE_UNAVAILABLE',
        `Process ${found.pid} may be a PostgreSQL server that still holds ${cluster}.`,
        'End that process, then start again.',
      );
    }
    log(`PostgreSQL was still running (process ${found.pid}) and is stopped first.`);
    await endServer(found.pid);
    return false;
  }

  async #hasOurSettings(port: number): Promise<boolean> {
    const started = await readFile(join(this.#place.cluster, 'postmaster.opts'), 'utf8').catch(() => '');
    return this.#arguments(port).every((argument) => started.includes(`"${argument}"`));
  }

  #arguments(port: number): string[] {
    const settings = Object.entries(this.#place.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return ['-D', this.#place.cluster, '-p', String(port), ...settings];
  }

  async #launch(): Promise<void> {
    const { dataDir, log } = this.#place;
    const before = Number(await readFile(join(dataDir, 'port'), 'utf8').catch(() => ''));
    // The last port first: a connection string that somebody noted stays valid as long as nobody else took the port.
    let port = Number.isInteger(before) && before > 0 ? await freePort(before) : await freePort();
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#tryPort(port);
      if (failure === undefined) break;
      const portTaken = /address already in use|could not bind/i.test(failure);
      // The processes of a killed server need a moment to notice and let go of its shared memory.
      const shuttingDown = /shared memory block .* is still in use|lock file .* already exists/i.test(failure);
      if (attempt === (shuttingDown ? 40 : 3) || !(portTaken || shuttingDown)) {
        throw new AppError(
          'DATABASE_UNAVAILABLE',
          `PostgreSQL did not start: ${failure}`,
          `Look at ${join(dataDir, 'server.log')}, or set DATABASE_URL to a PostgreSQL server of your own.`,
        );
      }
      if (portTaken) port = await freePort();
      else await sleep(250);
    }
    await writeFile(join(dataDir, 'port'), `${port}\n`).catch((error: Error) => log(error.message));
  }

  /** Starts the server on one port; resolves when it answers, with what it said when it ended instead. */
  async #tryPort(port: number): Promise<string | undefined> {
    const { dataDir, cluster, user, binaries } = this.#place;
    const logPath = join(dataDir, 'server.log');
    const size = (await stat(logPath).catch(() => undefined))?.size ?? 0;
    if (size > maxLogBytes) await rename(logPath, `${logPath}.1`);
    const logFile = await open(logPath, 'a', 0o600);
    const { size: logStart } = await logFile.stat();
    const ended: { how?: string } = {};
    try {
      // Windows' administrators may not run the server itself; pg_ctl drops their rights.
      const viaControl = process.platform === 'win32';
      const args = this.#arguments(port);
      const quoted = args.slice(2).map((argument) => (argument.startsWith('-') ? argument : `"${argument}"`));
      const child = viaControl
        ? spawn(binaries.pgCtl, ['start', '-W', '-D', cluster, '-l', logPath, '-o', quoted.join(' ')], {
            stdio: 'ignore',
          })
        : spawn(binaries.postgres, args, {
            ...asUser(user),
            // Its own process group: a Ctrl-C in the terminal reaches us, and we end the server last.
            detached: true,
            stdio: ['ignore', logFile.fd, logFile.fd],
            env: { ...process.env, LC_ALL: 'C', PGDATA: undefined },
          });
      child.once('error', (error) => (ended.how = error.message));
      child.once('exit', (code, signal) => {
        if (!viaControl || code !== 0) ended.how ??= `it ended with ${signal ?? `code ${code}`}`;
      });
      child.unref();
      this.pid = child.pid ?? 0;
    } finally {
      await logFile.close();
    }
    this.port = port;
    const giveUpAt = Date.now() + readyWithinMs;
    while (ended.how === undefined) {
      const file = await readPostmasterFile(cluster);
      if (
        file?.status === 'ready' &&
        (process.platform === 'win32' || file.pid === this.pid) &&
        (await this.#answers())
      ) {
        this.pid = file.pid;
        return undefined;
      }
      if (Date.now() > giveUpAt) {
        await endServer(this.pid);
        ended.how = `it was not ready within ${readyWithinMs / 1000} s`;
      }
      await sleep(20);
    }
    const said = (await readFile(logPath)).subarray(logStart).toString().trim().split('\n');
    const telling = said
      .filter((line) => /FATAL|PANIC|HINT|could not bind/.test(line))
      .map((line) => line.replace(/^.*?\] /, ''));
    return [ended.how, ...telling.slice(-3)].join('; ');
  }

  /** Starts a server again that was killed (out of memory, by hand). */
  #look(): void {
    if (this.#ending || isAlive(this.pid)) return;
    clearInterval(this.#watch);
    this.#place.log(`PostgreSQL (process ${this.pid}) ended unexpectedly and is started again.`);
    this.#restarting = this.#launch()
      .then(() => {
        if (!this.#ending) this.#watch = setInterval(() => this.#look(), watchEveryMs).unref();
      })
      .catch((error: Error) => {
        this.#place.log(`${error.message} The next try follows.`);
        if (!this.#ending) this.#watch = setInterval(() => this.#look(), 10 * watchEveryMs).unref();
      });
  }

  async #answers(): Promise<boolean> {
    return await this.#ask('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async #ask<T>(sql: string): Promise<T> {
    const client = new pg.Client({
      connectionString: this.url(),
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      application_name: 'launcher',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<T[]>({ text: sql, rowMode: 'array' });
      return rows[0]![0]!;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Fast shutdown (connections are cut, data are flushed), then, past its time, the quick one that recovers at the next start. */
async function endServer(pid: number): Promise<void> {
  for (const [signal, withinMs] of [
    ['SIGINT', fastStopWithinMs],
    ['SIGQUIT', quickStopWithinMs],
    ['SIGKILL', quickStopWithinMs],
  ] as const) {
    if (pid <= 0 || !isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    const until = Date.now() + withinMs;
    while (isAlive(pid) && Date.now() < until) await sleep(15);
  }
}

/** A free port of the loopback: the wished one, or any. */
async function freePort(wished = 0): Promise<number> {
  const probe = createServer();
  return await new Promise((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (wished !== 0 && error.code === 'EADDRINUSE') resolve(freePort());
      else reject(error);
    });
    probe.listen(wished, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wished));
    });
  });
}
