import { AppError } from '@cda/platform/errors.ts';
import type { ClientBase } from 'pg';

/** Advisory lock of whoever is making the demo shop; it ends with their connection, however they end. */
const lock = 7301010;

/** Says, for as long as the connection lasts, that the demo shop is being made. */
export async function holdDemoMaking(client: Pick<ClientBase, 'query'>): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [lock]);
}

/**
 * Makes sure that nobody is making the demo shop, until the transaction ends that this is called in.
 *
 * @throws AppError where somebody is: what they send next would come in beside other data
 */
export async function refuseWhileDemoIsMade(tx: Pick<ClientBase, 'query'>): Promise<void> {
  const { rows } = await tx.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS free', [lock]);
  if (rows[0]?.free) return;
  throw new AppError(
    'SYSTEM_BUSY',
    'The demo shop is being made just now.',
    'Wait until the start says that all is ready, then run this again.',
  );
}
