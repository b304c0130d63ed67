import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDemoShop } from '../../standalone/src/demo-shop/index.ts';
import { isAlive } from '../../standalone/src/postgres/process-identity.ts';
import { findRunningPostgres, removePostgres } from '../../standalone/src/postgres/start-postgres.ts';
import { createTestDatabase } from '../postgres-fixture.ts';
import { testSecret } from '../system-template.ts';
import { databasePid, isReady, type Program, type ProgramEvent, root, runProgram } from './program.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let dataDir: string;
let programs: Program[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cda-start-test-'));
  await chmod(dataDir, 0o755);
  programs = [];
});

afterEach(async () => {
  for (const { process: child } of programs) if (child.exitCode === null) child.kill('SIGKILL');
  await Promise.all(programs.map((program) => program.ended));
  await removePostgres(join(dataDir, 'postgres')).catch(() => undefined);
  await rm(dataDir, { recursive: true, force: true });
});

function start(args: readonly string[] = [], env: Readonly<Record<string, string | undefined>> = {}): Program {
  const program = runProgram('standalone/src/main.ts', ['--json', '--port', '0', '--data-dir', dataDir, ...args], env);
  programs.push(program);
  return program;
}

const small = ['--scale', '0.02'];
const isStep = (step: string, status: string) => (event: ProgramEvent) =>
  event.step === step && event.status === status;

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const url = new URL((await findRunningPostgres(join(dataDir, 'postgres')))!);
  url.pathname = '/cda';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function graph(url: string, query: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return await response.json();
}

describe('npm start', () => {
  test('brings everything up with links that work, stops in order, and keeps all data for the next start', async () => {
    const first = start(small);
    const { url, links } = await first.until(isReady);
    for (const step of ['PostgreSQL', 'Subgraphs', 'Demo shop', 'Projections', 'Gateway and page']) {
      expect(first.events.some(isStep(step, 'done')), step).toBe(true);
    }
    expect((await fetch(links!['health']!)).status).toBe(200);
    expect((await fetch(links!['playground']!)).status).toBe(200);
    expect(await graph(url!, '{ viewer { email } }')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const signedIn = await fetch(links!['dashboard']!, { redirect: 'manual' });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
    expect(await graph(url!, '{ viewer { role } }', { cookie, 'sec-fetch-site': 'same-origin' })).toMatchObject({
      data: { viewer: { role: 'ADMIN' } },
    });
    const events = await ask('SELECT count(*)::int AS events FROM events.log');
    const server = databasePid(dataDir)!;
    expect(await first.stop()).toBe(0);
    expect(isAlive(server)).toBe(false);

    const second = start(small);
    await second.until(isReady);
    expect(second.events.some((event) => event.step === 'Demo shop')).toBe(false);
    expect(await ask('SELECT count(*)::int AS events FROM events.log')).toEqual(events);
    expect(await second.stop('SIGINT')).toBe(0);
    expect(databasePid(dataDir)).toBeUndefined();
  });

  test('completes a demo shop whose making was interrupted, event for event', async () => {
    const first = start(['--scale', '0.3']);
    await first.until((event) => event.event === 'progress' && event.step === 'Demo shop');
    expect(await first.stop('SIGINT')).toBe(130);
    expect(databasePid(dataDir)).toBeUndefined();
    const second = start();
    await second.until(isReady);
    const [made] = await ask('SELECT seed, scale, until FROM platform.demo_shop');
    const shop = createDemoShop(made as { seed: number; scale: number; until: Date });
    let expected = 0;
    for (const batch of shop.events()) expected += batch.length;
    expect(await ask('SELECT count(*)::int AS events FROM events.log')).toEqual([{ events: expected }]);
    await second.stop();
  });

  test('goes on after kill -9 with the database that was left running', async () => {
    const first = start(['--no-demo']);
    await first.until(isReady);
    const server = databasePid(dataDir)!;
    await first.stop('SIGKILL');
    expect(isAlive(server)).toBe(true);
    const second = start(['--no-demo']);
    await second.until(isReady);
    expect(databasePid(dataDir)).toBe(server);
    expect(await second.stop()).toBe(0);
    expect(isAlive(server)).toBe(false);
  });

  test('begins anew with --fresh', async () => {
    const first = start(small);
    await first.until(isReady);
    await first.stop();
    const second = start(['--fresh', '--no-demo']);
    await second.until(isReady);
    expect(await ask('SELECT count(*)::int AS events FROM events.log')).toEqual([{ events: 0 }]);
    await second.stop();
  });

  test('keeps a real shop from --fresh, unless it is to be lost', async () => {
    const events = () => ask('SELECT count(*)::int AS events FROM events.log');
    const first = start(['--no-demo']);
    await first.until(isReady);
    await ask(
      `INSERT INTO events.log (customer_key, message_id, type, name, occurred_at, received_at, source, properties, context)
       VALUES ('u:ann', '1', 'track', 'Hello', now(), now(), 'test', '{}', '{}')`,
    );
    const busy = start(['--fresh', '--no-demo']);
    expect(await busy.ended).toBe(1);
    expect(busy.events.at(-1)).toMatchObject({ event: 'error', message: expect.stringContaining('in use by process') });
    await first.stop();
    const second = start(['--fresh', '--no-demo']);
    expect(await second.ended).toBe(1);
    expect(second.events.at(-1)).toMatchObject({
      event: 'error',
      message: expect.stringContaining('with 1 event, which are no demo data'),
      remedy: expect.stringContaining('--lose-real-data'),
    });
    const third = start(['--no-demo']);
    await third.until(isReady);
    expect(await events()).toEqual([{ events: 1 }]);
    await third.stop();
    const fourth = start(['--fresh', '--lose-real-data', '--no-demo']);
    await fourth.until(isReady);
    expect(await events()).toEqual([{ events: 0 }]);
    await fourth.stop();
  });

  test('uses a server of the operator by DATABASE_URL and starts none', async () => {
    await using database = await createTestDatabase();
    const program = start(['--no-demo'], { DATABASE_URL: database.url, INTERNAL_SECRET: testSecret });
    const { url } = await program.until(isReady);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    expect(await program.stop()).toBe(0);
  });

  test('leaves a database alone that holds schemas of another program, even with --fresh', async () => {
    await using database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('CREATE SCHEMA users; CREATE TABLE users.login (name text); CREATE SCHEMA events');
      for (const args of [[], ['--fresh']]) {
        const program = start(['--no-demo', ...args], { DATABASE_URL: database.url, INTERNAL_SECRET: testSecret });
        expect(await program.ended).toBe(1);
        expect(program.events.at(-1)).toMatchObject({
          event: 'error',
          message: expect.stringContaining('schemas events, users'),
          remedy: expect.stringContaining('DATABASE_URL'),
        });
      }
      const { rows } = await client.query(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(users|events|platform|registry)$' ORDER BY nspname",
      );
      expect(rows).toEqual([{ nspname: 'events' }, { nspname: 'users' }]);
      expect((await client.query('SELECT * FROM users.login')).rows).toEqual([]);
    } finally {
      await client.end();
    }
  });

  test('names the process that holds the port, and leaves nothing behind', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as { port: number };
    const program = start(['--port', String(port)]);
    expect(await program.ended).toBe(1);
    expect(program.events).toEqual([
      expect.objectContaining({ event: 'error', code: 'PORT_IN_USE', remedy: expect.stringContaining('--port') }),
    ]);
    expect(program.events[0]!.message).toContain(`${port} is in use by process ${process.pid}`);
    expect(readdirSync(dataDir)).toEqual([]);
    holder.close();
  });

  test.each<[string, string[], Record<string, string>, string]>([
    ['a port that is no number', ['--port', 'many'], {}, '--port (or PORT)'],
    ['a port from the environment that is none', ['--port=-1'], { PORT: '70000' }, '--port (or PORT)'],
    ['a scale of nothing', ['--scale', '0'], {}, '--scale (or SCALE)'],
    ['an option that does not exist', ['--scael', '1'], {}, '--scael'],
    ['a bot without a token', ['--bot', 'telegram'], {}, 'TELEGRAM_BOT_TOKEN'],
    ['a database address of another kind', [], { DATABASE_URL: 'mysql://localhost' }, 'DATABASE_URL'],
    ['a database that does not answer', [], { DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' }, '127.0.0.1:1'],
    ['operations that are none', [], { OPERATIONS: 'some' }, 'OPERATIONS'],
    ['an identity provider that is none', [], { OIDC_ISSUER: 'keycloak' }, 'OIDC_ISSUER'],
    ['an origin with a path', [], { ALLOWED_ORIGINS: 'https://a.example, https://b.example/' }, '"https://b.example/"'],
    ['cookies that are neither', [], { SECURE_COOKIES: 'yes' }, 'SECURE_COOKIES'],
    ['a level that no log has', [], { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  ])('refuses %s with one sentence and its remedy', async (_, args, env, named) => {
    const program = start(args, env);
    expect(await program.ended).toBe(1);
    const error = program.events.find(({ event }) => event === 'error');
    expect(error?.message).toContain(named);
    expect(error?.remedy).toMatch(/\.$/);
    expect(program.stderr()).toBe('');
  });

  test('refuses a data folder where a file stands', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const program = start(['--data-dir', join(dataDir, 'file')]);
    expect(await program.ended).toBe(1);
    expect(program.events.at(-1)).toMatchObject({ event: 'error', code: 'FOLDER_UNUSABLE' });
  });

  test('runs the bot against the simulator of Telegram, connected to the administrator', async () => {
    const program = start(['--no-demo', '--bot', 'simulator']);
    const { url, bot } = await program.until(isReady);
    const health = (await (await fetch(`${url}/health/ready`)).json()) as { parts: Record<string, unknown> };
    expect(health.parts['bot']).toMatchObject({ status: 'up', state: 'running' });
    const page = /^http:\/\/127\.0\.0\.1:\d+/.exec(bot!)![0];
    expect((await fetch(page)).status).toBe(200);
    let linked = 0;
    while (linked === 0) {
      linked = Number((await ask('SELECT count(*) AS chats FROM users.telegram_chat'))[0]!['chats']);
      await sleep(50);
    }
    expect(await program.stop()).toBe(0);
  });

  test('prints clean lines without escape codes into a pipe', async () => {
    const program = runProgram('standalone/src/main.ts', ['--port', '0', '--data-dir', dataDir, '--no-demo']);
    programs.push(program);
    while (!program.stdout().includes('Ctrl-C stops everything')) {
      if (program.process.exitCode !== null) throw new Error(program.stderr());
      await sleep(50);
    }
    expect(program.stdout()).toMatch(/^✔ PostgreSQL: 18\.\d+ on port \d+, new \(\d+\.\d s\)$/m);
    expect(program.stdout()).not.toContain('\x1b');
    await program.stop();
    expect(program.stdout()).toMatch(/Stopped\. All data is kept\.\n$/);
  });
});

describe('the script behind npm', () => {
  const task = () => ['start', '--json', '--port', '0', '--no-demo', '--data-dir', dataDir];

  test('hands options, signals and the exit code through, and the product stops when the script is killed', async () => {
    const ordinary = runProgram('scripts/run.mjs', task());
    programs.push(ordinary);
    await ordinary.until(isReady);
    expect(await ordinary.stop('SIGINT')).toBe(0);

    const killed = runProgram('scripts/run.mjs', task());
    programs.push(killed);
    await killed.until(isReady);
    const server = databasePid(dataDir)!;
    killed.process.kill('SIGKILL');
    while (isAlive(server)) await sleep(50);
    await killed.ended;
  });

  test('stops when the shell between npm and the script is told to end', async () => {
    const shell = spawn(
      '/bin/sh',
      ['-c', '"$0" "$@"; true', process.execPath, join(root, 'scripts/run.mjs'), ...task()],
      {
        env: { ...process.env, npm_lifecycle_event: 'start', NODE_OPTIONS: undefined },
        stdio: 'ignore',
      },
    );
    while (databasePid(dataDir) === undefined) await sleep(50);
    const server = databasePid(dataDir)!;
    shell.kill('SIGTERM');
    while (isAlive(server)) await sleep(50);
  });

  test('says plainly that Node is too old', () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '18.20.0' })`;
    try {
      execFileSync(process.execPath, ['--import', old, join(root, 'scripts/run.mjs'), 'start'], { stdio: 'pipe' });
      expect.unreachable();
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      expect(status).toBe(1);
      expect(stderr.toString()).toMatch(/^Customer Data Analytics needs Node\.js 20 or newer.*\n$/);
    }
  });

  test('lists its tasks when asked for one that does not exist', async () => {
    const program = runProgram('scripts/run.mjs', ['strat']);
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toContain('There is no task "strat"');
    expect(program.stderr()).toContain('npm start'.slice(4));
  });
});

describe('npm run services', () => {
  test('runs each part as its own process, starts again the one that dies, and stops them all', async () => {
    const program = runProgram('standalone/src/services.ts', [
      '--json',
      '--port',
      '0',
      '--data-dir',
      dataDir,
      ...small,
    ]);
    programs.push(program);
    const { url } = await program.until(isReady);
    const status = async () =>
      ((await (await fetch(`${url}/health/ready`)).json()) as { parts: Record<string, { status: string }> }).parts;
    const first = await status();
    expect(Object.keys(first)).toEqual(expect.arrayContaining(['users', 'products', 'recommendations', 'analytics']));
    for (const [part, { status: found }] of Object.entries(first))
      expect({ part, found }).toEqual({ part, found: 'up' });
    const parts = partProcesses(program.process.pid!);
    expect([...parts.keys()].sort()).toEqual([
      'analytics',
      'gateway',
      'products',
      'recommendations',
      'users',
      'worker',
    ]);

    process.kill(parts.get('products')!, 'SIGKILL');
    await program.until((event) => event.part === 'products' && event.text!.includes('ended with SIGKILL'));
    await program.until((event) => event.part === 'products' && event.text!.includes('ready'));
    expect((await status())['products']).toMatchObject({ status: 'up' });

    const all = partProcesses(program.process.pid!);
    expect(await program.stop()).toBe(0);
    for (const pid of all.values()) expect(isAlive(pid)).toBe(false);
    expect(databasePid(dataDir)).toBeUndefined();
  });

  test('its parts end by themselves when the supervisor is killed', async () => {
    const program = runProgram('standalone/src/services.ts', [
      '--json',
      '--port',
      '0',
      '--data-dir',
      dataDir,
      '--no-demo',
    ]);
    programs.push(program);
    await program.until(isReady);
    const parts = partProcesses(program.process.pid!);
    expect(parts.size).toBe(6);
    program.process.kill('SIGKILL');
    while ([...parts.values()].some(isAlive)) await sleep(50);
  });
});

describe('nothing leaves the machine unasked', () => {
  const watch = (log: string) => ({
    NODE_OPTIONS: `--import ${join(import.meta.dirname, 'outgoing-watch.mjs')}`,
    OUTGOING_LOG: log,
  });

  test('the watch sees a connection and a look-up that would leave it', () => {
    const log = join(dataDir, 'outgoing');
    const code = `require('node:net').connect(9, '192.0.2.1').on('error', () => {}); fetch('http://example.invalid/').catch(() => {}); setTimeout(() => process.exit(), 500)`;
    execFileSync(process.execPath, ['-e', code], { env: { ...process.env, ...watch(log) } });
    const seen = readFileSync(log, 'utf8');
    expect(seen).toContain('connect 192.0.2.1');
    expect(seen).toContain('example.invalid');
  });

  test('a start, a query over all subgraphs and a stop make no connection to another machine', async () => {
    const log = join(dataDir, 'outgoing');
    await writeFile(log, '');
    const program = start(small, watch(log));
    const { url, links } = await program.until(isReady);
    const signedIn = await fetch(links!['dashboard']!, { redirect: 'manual' });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
    const answer = await graph(
      url!,
      '{ customers(first: 3) { edges { node { id } } } products(first: 3) { edges { node { name } } } models { name } }',
      { cookie, 'sec-fetch-site': 'same-origin' },
    );
    expect(answer).toHaveProperty('data.products.edges');
    await program.stop();
    expect(readFileSync(log, 'utf8')).toBe('');
  });
});

/** Processes of parts by name, among the children of a supervisor. */
function partProcesses(supervisor: number): Map<string, number> {
  const parts = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const program = args.findIndex((argument) => argument.endsWith('part.ts'));
      if (Number(parent) === supervisor && program > 0) parts.set(args[program + 1]!, Number(pid));
    } catch {
      // It ended while we looked.
    }
  }
  return parts;
}
