import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { AppError } from '@cda/platform/errors.ts';

/**
 * Makes sure, before any other work, that the public port can be had: a port is promised to people, so another one is
 * never taken in its place.
 *
 * @throws AppError that names the process that holds it, where the system tells
 */
export async function checkPort(port: number, host: string): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once('error', resolve);
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
  if (failure) throw portError(failure, port, host);
}

/** What a failed attempt to listen means, in a sentence with its remedy. */
export function portError(failure: NodeJS.ErrnoException, port: number, host: string): AppError {
  if (failure.code === 'EADDRINUSE') {
    const holder = holderOf(port);
    return new AppError(
      'PORT_IN_USE',
      `Port ${port} is in use${holder ? ` by process ${holder.pid}${holder.name ? ` (${holder.name})` : ''}` : ''}.`,
      `Stop that process, or choose another port with --port (for example --port ${port < 65_535 ? port + 1 : 4000}).`,
      { cause: failure },
    );
  }
  if (failure.code === 'EACCES') {
    return new AppError(
      'PORT_IN_USE',
      `This user may not listen on port ${port}.`,
      'Choose a port above 1023 with --port, or let a reverse proxy listen there.',
      { cause: failure },
    );
  }
  return new AppError(
    'CONFIG_INVALID',
    `This machine can't listen on ${host}:${port} (${failure.code ?? failure.message}).`,
    'Check --host: it is an address of this machine, 127.0.0.1 for itself only or 0.0.0.0 for all networks.',
    { cause: failure },
  );
}

/** The process that listens on a port; undefined where this user may not know. */
function holderOf(port: number): { pid: number; name: string } | undefined {
  return process.platform === 'linux' ? holderByProc(port) : holderByLsof(port);
}

function holderByProc(port: number): { pid: number; name: string } | undefined {
  const listening = '0A';
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readText(table).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hexPort}`) && fields[3] === listening) inodes.add(`socket:[${fields[9]}]`);
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        if (!inodes.has(linkTarget(`/proc/${pid}/fd/${descriptor}`))) continue;
        return { pid: Number(pid), name: readText(`/proc/${pid}/comm`).trim() };
      }
    } catch {
      // Another user's process does not show its files.
    }
  }
  return undefined;
}

function holderByLsof(port: number): { pid: number; name: string } | undefined {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { encoding: 'utf8' });
  const pid = /^p(\d+)$/m.exec(stdout ?? '')?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), name: /^c(.+)$/m.exec(stdout)?.[1] ?? '' };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
