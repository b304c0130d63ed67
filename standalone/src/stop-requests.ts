import { constants } from 'node:os';

/** A terminal's Ctrl-C reaches every process in it, and npm passes it on besides: within this time it is one and the same. */
const oneKeystrokeMs = 700;

/** Every part has its own bound below this. */
const stopWithinMs = 40_000;

/** Exit code of a program that Ctrl-C ended. */
export const interrupted = 128 + constants.signals.SIGINT;

export interface StopRequests {
  /** Asks for a stop from inside. */
  request(reason: string): void;
  /** Aborts at the first request. */
  signal: AbortSignal;
  /** Resolves with what asked for the stop. */
  requested: Promise<string>;
}

/**
 * Listens for requests to stop: Ctrl-C, SIGTERM, a closed terminal, and the death of the script that started us. The first
 * one is heeded in order; a later one ends the process at once.
 *
 * @param atOnce said to the person who does not want to wait
 */
export function listenForStop(atOnce: string): StopRequests {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  let firstAt: number | undefined;
  const request = (reason: string) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      controller.abort(new Error(reason));
      resolve(reason);
      setTimeout(() => {
        console.error(`Not stopped within ${stopWithinMs / 1000} s, so the process is ended.`);
        process.exit(1);
      }, stopWithinMs).unref();
    } else if (performance.now() - firstAt > oneKeystrokeMs) {
      console.error(atOnce);
      process.exit(interrupted);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => request(name));
  if (process.channel) {
    process.on('disconnect', () => request('the starting script ended'));
    process.channel.unref();
  }
  return { request, signal: controller.signal, requested: promise };
}
