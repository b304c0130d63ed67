import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkDisk } from '../../standalone/src/postgres/cluster.ts';
import { isAlive } from '../../standalone/src/postgres/process-identity.ts';
import { removePostgres, startPostgres } from '../../standalone/src/postgres/start-postgres.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

interface Held {
  process: ChildProcess;
  said: { url: string; pid: number; reused: boolean; name: string; message: string };
}

const isRoot = process.getuid?.() === 0;
/** An ordinary user of no importance, for trials as root. */
const ordinaryUid = 65534;

let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cda-postgres-test-'));
  await chmod(folder, 0o755);
  children = [];
});

afterEach(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await removePostgres(join(folder, 'data')).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

async function hold(dataDir: string, uid?: number): Promise<Held> {
  const args = [join(import.meta.dirname, 'hold-postgres.ts'), dataDir, ...(uid === undefined ? [] : [String(uid)])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { process: child, said: JSON.parse(line) };
  throw new Error('The holder of PostgreSQL ended without a word.');
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10);
}

describe('the PostgreSQL launcher', () => {
  test('starts a server on the loopback, keeps its data over a stop, and leaves no process behind', async () => {
    const dataDir = join(folder, 'data');
    const first = await startPostgres({ dataDir });
    expect(first).toMatchObject({ reused: false, created: true });
    expect(first.version).toMatch(/^18\./);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    await using second = await startPostgres({ dataDir });
    expect(second).toMatchObject({ reused: false, created: false, url: first.url });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    const settings = await query(
      second.url,
      `SELECT current_setting('listen_addresses') AS listen, current_setting('TimeZone') AS zone,
              current_setting('synchronous_commit') AS durable, current_setting('jit') AS jit`,
    );
    expect(settings).toEqual([{ listen: '127.0.0.1', zone: 'UTC', durable: 'on', jit: 'off' }]);
  });

  test('refuses a wrong password, and keeps the right one readable by its owner only', async () => {
    const dataDir = join(folder, 'data');
    await using server = await startPostgres({ dataDir });
    await expect(query(server.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow('password');
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  test('takes over the server of a parent that was killed, and what that parent left open is ended', async () => {
    const dataDir = join(folder, 'data');
    const { process: parent, said } = await hold(dataDir);
    await query(said.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    const leftOpen = new pg.Client({ connectionString: said.url });
    leftOpen.on('error', () => undefined);
    await leftOpen.connect();
    await leftOpen.query('BEGIN; LOCK TABLE kept');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(isAlive(said.pid)).toBe(true);

    await using server = await startPostgres({ dataDir });
    expect(server).toMatchObject({ reused: true, pid: said.pid, url: said.url });
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
    await leftOpen.end().catch(() => undefined);
  });

  test('stops a left-over server first when it runs with other settings', async () => {
    const dataDir = join(folder, 'data');
    const { process: parent, said } = await hold(dataDir);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await using server = await startPostgres({ dataDir, settings: { work_mem: '5MB' } });
    expect(server.reused).toBe(false);
    expect(isAlive(said.pid)).toBe(false);
    expect(await query(server.url, 'SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  });

  test('recovers what was committed when server and parent are killed together', async () => {
    const dataDir = join(folder, 'data');
    const { process: parent, said } = await hold(dataDir);
    await query(said.url, 'CREATE TABLE kept AS SELECT g FROM generate_series(1, 1000) g');
    parent.kill('SIGKILL');
    process.kill(said.pid, 'SIGKILL');
    await gone(said.pid);
    await using server = await startPostgres({ dataDir });
    expect(server.reused).toBe(false);
    expect(await query(server.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 1000 }]);
  });

  test('starts the server again on the same port when it alone is killed', async () => {
    const lines: string[] = [];
    await using server = await startPostgres({ dataDir: join(folder, 'data'), log: (line) => lines.push(line) });
    const before = server.pid;
    process.kill(before, 'SIGKILL');
    await gone(before);
    let answer: unknown;
    while (answer === undefined) {
      answer = await query(server.url, 'SELECT 1 AS one').catch(() => undefined);
      await sleep(50);
    }
    expect(answer).toEqual([{ one: 1 }]);
    while (server.pid === before) await sleep(10);
    expect(lines.join('\n')).toContain('ended unexpectedly');
  });

  test('is not misled by a file that names a process which is not PostgreSQL', async () => {
    const dataDir = join(folder, 'data');
    const first = await startPostgres({ dataDir });
    await first.stop();
    const port = Number(new URL(first.url).port);
    await writeFile(
      join(first.cluster, 'postmaster.pid'),
      `${process.pid}\n${first.cluster}\n1700000000\n${port}\n\n127.0.0.1\n  1 2\nready   \n`,
    );
    await using second = await startPostgres({ dataDir });
    expect(second.reused).toBe(false);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('says who holds a data folder that is in use', async () => {
    const dataDir = join(folder, 'data');
    const { process: holder } = await hold(dataDir);
    await expect(startPostgres({ dataDir })).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringContaining(`in use by process ${holder.pid}`),
      remedy: expect.stringContaining('--data-dir'),
    });
    holder.kill('SIGTERM');
    await once(holder, 'exit');
    await using server = await startPostgres({ dataDir });
    expect(server.reused).toBe(false);
  });

  test('lets one of several starts at the same moment through, and every other ends with a plain sentence', async () => {
    const dataDir = join(folder, 'data');
    const starts = await Promise.all([hold(dataDir), hold(dataDir), hold(dataDir)]);
    const running = starts.filter((start) => start.said.url !== undefined);
    expect(running).toHaveLength(1);
    for (const { said } of starts) if (said.url === undefined) expect(said.name).toBe('AppError');
    running[0]!.process.kill('SIGTERM');
    await once(running[0]!.process, 'exit');
    await gone(running[0]!.said.pid);
  });

  test('refuses a cluster of another major version and leaves it as it was', async () => {
    const dataDir = join(folder, 'data');
    const { stop, cluster } = await startPostgres({ dataDir });
    await stop();
    await writeFile(join(cluster, 'PG_VERSION'), '17\n');
    await expect(startPostgres({ dataDir })).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringContaining('made by PostgreSQL 17'),
      remedy: expect.stringContaining('--fresh'),
    });
    expect(await readFile(join(cluster, 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  test('throws away what a start that was killed half-way left, and begins anew', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true });
    await chmod(dataDir, 0o711);
    await using server = await startPostgres({ dataDir });
    expect(server.created).toBe(true);
  });

  test('says that a folder can not be made where a file stands in its way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(startPostgres({ dataDir: join(folder, 'file', 'data') })).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringContaining("can't be made"),
    });
  });

  test('refuses to begin on a disk that is nearly full', () => {
    expect(() => checkDisk(folder, 2 ** 60)).toThrow(/Only [\d.]+ GB are free on the disk/);
    expect(() => checkDisk(folder, 1)).not.toThrow();
  });

  test('explains a setting that PostgreSQL refuses, with its own words', async () => {
    await expect(
      startPostgres({ dataDir: join(folder, 'data'), settings: { wal_compression: 'perhaps' } }),
    ).rejects.toMatchObject({ name: 'AppError', message: expect.stringContaining('wal_compression') });
  });

  test('removes a database for good', async () => {
    const dataDir = join(folder, 'data');
    const first = await startPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept ()');
    await first.stop();
    await removePostgres(dataDir);
    await using second = await startPostgres({ dataDir });
    expect(second.created).toBe(true);
    await expect(query(second.url, 'SELECT * FROM kept')).rejects.toThrow('does not exist');
  });
});

describe.skipIf(!isRoot)('the PostgreSQL launcher as root', () => {
  test('runs the server as an unprivileged user', async () => {
    await using server = await startPostgres({ dataDir: join(folder, 'data') });
    const { uid } = await stat(`/proc/${server.pid}`);
    expect(uid).not.toBe(0);
    expect((await stat(server.cluster)).uid).toBe(uid);
  });

  test('finds another place for the cluster below a folder that nobody else can enter, and keeps to it', async () => {
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    const dataDir = join(home, 'data');
    const lines: string[] = [];
    const first = await startPostgres({ dataDir, log: (line) => lines.push(line) });
    expect(first.cluster.startsWith(home)).toBe(false);
    expect(lines.join('\n')).toContain(first.cluster);
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();

    const second = await startPostgres({ dataDir });
    expect(second.cluster).toBe(first.cluster);
    expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await second.stop();

    await rm(dataDir, { recursive: true });
    const third = await startPostgres({ dataDir });
    expect(third.created).toBe(true);
    await third.stop();
    await removePostgres(dataDir);
    await expect(stat(first.cluster)).rejects.toThrow('ENOENT');
  });

  test('clears away a cluster apart whose temporary data folder was deleted', async () => {
    const home = join(folder, 'home');
    await mkdir(join(home, 'first'), { mode: 0o700, recursive: true });
    await chmod(home, 0o700);
    const first = await startPostgres({ dataDir: join(home, 'first') });
    await first.stop();
    await rm(join(home, 'first'), { recursive: true });
    const second = await startPostgres({ dataDir: join(home, 'second') });
    await expect(stat(first.cluster)).rejects.toThrow('ENOENT');
    await second.stop();
    await removePostgres(join(home, 'second'));
  });

  test('an ordinary user starts it under its own name', async () => {
    const dataDir = join(folder, 'own');
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, ordinaryUid, ordinaryUid);
    const { process: holder, said } = await hold(dataDir, ordinaryUid);
    expect(said.message).toBeUndefined();
    expect((await stat(`/proc/${said.pid}`)).uid).toBe(ordinaryUid);
    expect(await query(said.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    holder.kill('SIGTERM');
    await once(holder, 'exit');
    await gone(said.pid);
  });

  test('an ordinary user gets a plain sentence for a folder that belongs to another', async () => {
    const dataDir = join(folder, 'foreign');
    await mkdir(dataDir, { mode: 0o755 });
    const { said } = await hold(dataDir, ordinaryUid);
    expect(said).toMatchObject({ name: 'AppError', message: expect.stringContaining("can't be written") });
  });
});
