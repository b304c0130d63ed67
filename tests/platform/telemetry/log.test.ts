import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@cda/platform/telemetry/log.ts';
import { scrub } from '@cda/platform/telemetry/scrub.ts';
import { expect, test } from 'vitest';

const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhY2NvdW50OjEifQ.c2lnbmF0dXJl';
const apiKey = `cda_api_${'k'.repeat(43)}`;
const botToken = `123456789:${'A'.repeat(35)}`;

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cda-log-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The files of a log once they hold `lines` lines. */
async function written(folder: string, lines: number): Promise<{ names: string[]; text: string }> {
  for (;;) {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.log')).sort();
    const text = (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
    if (text.split('\n').length > lines) return { names, text };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each([
  [`Bearer ${jwt}`, 'Bearer [token]'],
  [`it said ${jwt}.`, 'it said [token].'],
  [`key ${apiKey} is unknown`, 'key [key] is unknown'],
  [
    `Call to https://api.telegram.org/bot${botToken}/getMe failed`,
    'Call to https://api.telegram.org/[bot token]/getMe failed',
  ],
  ['postgres://cda:hunter2@db:5432/cda is away', 'postgres://cda:[password]@db:5432/cda is away'],
  ['GET /sign-in?code=abcdef123456&x=1', 'GET /sign-in?code=[secret]&x=1'],
  ['nobody is called anna.petrova+shop@example.co.uk here', 'nobody is called [e-mail] here'],
  ['Иван <иван@example.com>', 'Иван <[e-mail]>'],
  [
    'the projection users.customer is 5 events behind at 12:30',
    'the projection users.customer is 5 events behind at 12:30',
  ],
  ['@cda/platform@0.1.0', '@cda/platform@0.1.0'],
])('%s becomes %s', (text, clean) => {
  expect(scrub(text)).toBe(clean);
});

test('nothing that lets somebody in, or tells who somebody is, reaches a file: in fields, in texts, in faults, in the message', () =>
  withFolder(async (folder) => {
    const log = createLog({ service: 'test', folder });
    log.info(
      {
        password: 'hunter2',
        account: { email: 'anna@example.com', name: 'Anna' },
        fault: `no account of anna@example.com`,
      },
      `refused ${jwt}`,
    );
    log.child({ part: 'child' }).warn({ list: [`Bearer ${apiKey}`], deep: { deeper: { token: botToken } } }, 'again');
    log.error(new Error(`https://api.telegram.org/bot${botToken}/getUpdates: 401`) as never);
    const { text } = await written(folder, 3);
    for (const secret of ['hunter2', 'anna@', 'Anna', jwt, apiKey, botToken]) expect(text).not.toContain(secret);
    const [first] = text.split('\n').map((line) => line && JSON.parse(line));
    expect(first).toMatchObject({ msg: 'refused [token]', fault: 'no account of [e-mail]', service: 'test' });
  }));

test('a file that is full is followed by another', () =>
  withFolder(async (folder) => {
    const log = createLog({ service: 'test', folder, fileSize: '2k' });
    // The writer looks at the size between its writes: each round is on disk before the next begins.
    for (let i = 0; i < 60; i++) {
      log.info({ i, filling: 'x'.repeat(200) }, 'a line');
      if (i % 15 === 14) await written(folder, i + 1);
    }
    const { names, text } = await written(folder, 60);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(name).toMatch(/^test\.\d{4}-\d{2}-\d{2}\.\d+\.log$/);
    expect(text.match(/"i":\d+/g)).toHaveLength(60);
  }));
