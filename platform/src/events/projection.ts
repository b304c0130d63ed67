/** A read model kept from the log by set-based SQL. */
export interface Projection {
  /** Name within its subgraph; also that of its cursor. */
  name: string;
  /** Raised when the statements change what they write: the projection is then rebuilt from the log at the next start. */
  version: number;
  /** Tables that it alone writes, with their schema. A rebuild empties them. */
  tables: readonly string[];
  /**
   * Statements that fold the events with `$1 < seq <= $2` into the tables, in order, in one transaction with the cursor.
   * They must give the same tables whatever the order and the batching: add, or keep the latest by (occurred_at, message_id).
   */
  apply: readonly string[];
}

/** Declares a projection. */
export const defineProjection = (projection: Projection): Projection => projection;
