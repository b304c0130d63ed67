import type { Pool } from 'pg';
import type { Placement } from '../generated/resolvers.ts';
import type { KeptRule } from '../merchandising/parse-rule.ts';
import type { RuleAction, RuleMatch } from '../merchandising/rule.ts';

/** A rule with when it was changed. */
export interface RuleRow extends KeptRule {
  changedAt: Date;
}

interface Stored {
  id: string;
  name: string;
  placements: Placement[];
  match: RuleMatch;
  action: RuleAction;
  priority: number;
  enabled: boolean;
  startsAt: Date | null;
  endsAt: Date | null;
  changedAt: Date;
}

const columns = `id, name, placements, match, action, priority, enabled, starts_at AS "startsAt", ends_at AS "endsAt",
  changed_at AS "changedAt"`;

/** All rules, first by priority. There are few: a shop may keep 200. */
export async function loadRules(db: Pool): Promise<RuleRow[]> {
  const { rows } = await db.query<Stored>(
    `SELECT ${columns} FROM recommendations.merchandising_rule ORDER BY priority DESC, id`,
  );
  return rows;
}

/** Keeps a new rule or a changed one; undefined where a rule is to be changed that does not exist. */
export async function storeRule(db: Pool, rule: KeptRule, isNew: boolean, by: string): Promise<RuleRow | undefined> {
  const values = [
    rule.id,
    rule.name,
    rule.placements,
    JSON.stringify(rule.match),
    JSON.stringify(rule.action),
    rule.priority,
    rule.enabled,
    rule.startsAt,
    rule.endsAt,
    by,
  ];
  const { rows } = await db.query<Stored>(
    isNew
      ? `INSERT INTO recommendations.merchandising_rule
           (id, name, placements, match, action, priority, enabled, starts_at, ends_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${columns}`
      : `UPDATE recommendations.merchandising_rule SET name = $2, placements = $3, match = $4, action = $5, priority = $6,
           enabled = $7, starts_at = $8, ends_at = $9, changed_by = $10, changed_at = now()
         WHERE id = $1 RETURNING ${columns}`,
    values,
  );
  return rows[0];
}

/** Deletes a rule; whether there was one. */
export async function removeRule(db: Pool, id: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM recommendations.merchandising_rule WHERE id = $1', [id]);
  return rowCount === 1;
}
