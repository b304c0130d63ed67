import { pageSize } from '@cda/platform/graph/connection.ts';
import type { StoredReason } from '@cda/platform/graph/values.ts';
import type { Pool } from 'pg';

/** A customer far outside every group. */
export interface UnusualCustomerRow {
  customerKey: string;
  distance: number;
  reasons: StoredReason[];
  asOf: Date;
  versionId: string;
}

/** The most unusual customers; those that were erased or merged away since are left out. */
export async function loadUnusualCustomers(db: Pool, first: number | null | undefined): Promise<UnusualCustomerRow[]> {
  const { rows } = await db.query<UnusualCustomerRow>(
    `SELECT u.customer_key AS "customerKey", u.distance, u.reasons, u.as_of AS "asOf", u.version_id AS "versionId"
     FROM users.unusual_customer u JOIN users.customer c USING (customer_key)
     ORDER BY u.distance DESC, u.customer_key LIMIT $1`,
    [pageSize(first)],
  );
  return rows;
}
