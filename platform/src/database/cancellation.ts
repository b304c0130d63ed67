import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import pg from 'pg';

const waited = new AsyncLocalStorage<AbortSignal>();

/**
 * Runs `work` for somebody who may go away: once `signal` fires, statements that it has sent over cancellable connections are cancelled in
 * the database, and further ones are not sent.
 */
export const whileWaitedFor = <Result>(signal: AbortSignal | undefined, work: () => Result): Result =>
  signal ? waited.run(signal, work) : work();

/** Runs work that others will share: it goes on when the one who began it goes away. */
export const forEverybody = <Result>(work: () => Result): Result => waited.exit(work);

/** Makes connections whose statements end when nobody waits for them any more. */
export interface Cancellation extends AsyncDisposable {
  /** In place of `pg.Client`, for any pool over the same login. */
  Client: typeof pg.Client;
}

type Callback = (error: Error | null, ...result: unknown[]) => void;
type Query = (...given: unknown[]) => Promise<unknown> | undefined;

const gone = (): Error => new Error('Nobody waits for this statement any more.');

/**
 * Cancels by `pg_cancel_backend` over one connection of its own, so that a pool that is full cannot hold it up. A connection goes back to its
 * pool only when the request to cancel was carried out: it must not hit the statement of whoever is next.
 */
export function createCancellation(url: string, name: string): Cancellation {
  const canceller = new pg.Pool({
    connectionString: url,
    application_name: `${name}-cancel`,
    max: 1,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 2_000,
    idleTimeoutMillis: 5_000,
    allowExitOnIdle: true,
  });
  canceller.on('error', () => {});
  canceller.on('connect', (client) => client.on('error', () => {}));

  /** Where the database cannot be asked, the statement ends by its own time limit. */
  const cancel = async (client: pg.Client): Promise<void> => {
    const { processID } = client as unknown as { processID: number | null };
    if (processID !== null) await canceller.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => {});
  };

  class CancellableClient extends pg.Client {
    override query = ((...given: unknown[]) => {
      const send = super.query.bind(this) as unknown as Query;
      const signal = waited.getStore();
      const [what] = given;
      // Cursors and copies end with their stream.
      if (!signal || (typeof what === 'object' && what !== null && 'submit' in what)) return send(...given);
      const callback = given.at(-1);
      if (signal.aborted) {
        if (typeof callback !== 'function') return Promise.reject(gone());
        process.nextTick(callback as Callback, gone());
        return undefined;
      }
      let cancelling: Promise<void> | undefined;
      const stop = () => {
        cancelling = cancel(this);
      };
      signal.addEventListener('abort', stop, { once: true });
      const end = async (): Promise<void> => {
        signal.removeEventListener('abort', stop);
        await cancelling;
      };
      if (typeof callback !== 'function') return (send(...given) as Promise<unknown>).finally(end);
      return send(...given.slice(0, -1), (error: Error | null, ...result: unknown[]) => {
        signal.removeEventListener('abort', stop);
        if (cancelling) cancelling.then(() => (callback as Callback)(error, ...result));
        else (callback as Callback)(error, ...result);
      });
    }) as unknown as pg.Client['query'];
  }

  return {
    Client: CancellableClient as unknown as typeof pg.Client,
    [Symbol.asyncDispose]: () => canceller.end(),
  };
}

/**
 * A pool that asks in the name of whoever called: one who had to wait for a connection is otherwise called back in the name of the one who
 * gave it back, and would be cancelled with them.
 */
export class NamedPool extends pg.Pool {
  override connect = ((callback?: (...given: unknown[]) => void) =>
    (super.connect as (callback?: unknown) => unknown).call(
      this,
      callback && AsyncResource.bind(callback),
    )) as unknown as pg.Pool['connect'];
}
