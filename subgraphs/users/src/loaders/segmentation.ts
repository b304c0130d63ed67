import type { LocalText } from '@cda/platform/text.ts';
import type { Pool } from 'pg';
import type { RuleSegmentRow } from '../entities/rule-segment.ts';
import type { SegmentRow } from '../entities/segment.ts';
import type { CustomerRule } from '../features/customer-rule.ts';
import type { SegmentationAlgorithm } from '../generated/resolvers.ts';
import { countCustomers } from './customer-list.ts';
import { countRuleSegments } from './rule-segments.ts';

/** A group of customers. */
export interface SegmentationPartRow {
  key: string;
  name: LocalText;
  size: number;
  share: number;
  segment: SegmentRow | null;
  ruleSegment: RuleSegmentRow | null;
}

/** Customers divided by one algorithm. */
export interface SegmentationRow {
  algorithm: SegmentationAlgorithm;
  customers: number;
  parts: SegmentationPartRow[];
  outside: number;
  k: number | null;
  eps: number | null;
  minPoints: number | null;
  silhouette: number | null;
  stability: number | null;
  persistence: number | null;
  asOf: Date | null;
  versionId: string | null;
}

const nothing = {
  customers: 0,
  parts: [],
  outside: 0,
  k: null,
  eps: null,
  minPoints: null,
  silhouette: null,
  stability: null,
  persistence: null,
  asOf: null,
  versionId: null,
} satisfies Omit<SegmentationRow, 'algorithm'>;

interface ServedVersion {
  id: string;
  asOf: Date;
  rows: number;
  parameters: Record<string, unknown>;
  metrics: Record<string, number>;
  value: number;
}

async function loadServed(db: Pool, model: string): Promise<ServedVersion | undefined> {
  const { rows } = await db.query<ServedVersion>(
    `SELECT id, as_of AS "asOf", rows, parameters, metrics, value FROM registry.model_version
     WHERE model = $1 AND status = 'SERVED'`,
    [model],
  );
  return rows[0];
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The segments that K-means found, `segments` as they are served. */
export async function loadCentreSegmentation(db: Pool, segments: readonly SegmentRow[]): Promise<SegmentationRow> {
  const version = await loadServed(db, 'users.segmentation');
  if (version === undefined || segments.length === 0) return { algorithm: 'KMEANS', ...nothing };
  return {
    ...nothing,
    algorithm: 'KMEANS',
    customers: segments.reduce((sum, { size }) => sum + size, 0),
    parts: segments.map((segment) => {
      const { key, name, size, share } = segment;
      return { key, name: name as LocalText, size, share, segment, ruleSegment: null };
    }),
    k: numberOf(version.parameters['k']),
    silhouette: numberOf(version.metrics['silhouette']),
    stability: numberOf(version.metrics['stability']),
    asOf: version.asOf,
    versionId: version.id,
  };
}

/** The dense groups that DBSCAN found, and how many customers stand in none. */
export async function loadDensitySegmentation(db: Pool): Promise<SegmentationRow> {
  const version = await loadServed(db, 'users.unusual-customers');
  // Versions of earlier releases did not keep the sizes.
  const sizes = version?.parameters['clusterSizes'];
  if (version === undefined || !Array.isArray(sizes)) return { algorithm: 'DBSCAN', ...nothing };
  const parts = (sizes as number[])
    .map((size, at) => ({
      key: `cluster-${at + 1}`,
      name: { en: `Dense group ${at + 1}`, ru: `Плотная группа ${at + 1}` },
      size,
      share: size / version.rows,
      segment: null,
      ruleSegment: null,
    }))
    .sort((a, b) => b.size - a.size);
  return {
    ...nothing,
    algorithm: 'DBSCAN',
    customers: version.rows,
    parts,
    outside: version.rows - parts.reduce((sum, { size }) => sum + size, 0),
    k: parts.length,
    eps: numberOf(version.parameters['eps']),
    minPoints: numberOf(version.parameters['minPoints']),
    persistence: version.value,
    asOf: version.asOf,
    versionId: version.id,
  };
}

/** The segments by rule as they stand now. Two statements and one more, however many rules there are. */
export async function loadRuleSegmentation(
  db: Pool,
  asOf: Date,
  rules: readonly RuleSegmentRow[],
): Promise<SegmentationRow> {
  if (rules.length === 0) return { algorithm: 'RULES', ...nothing };
  const [sizes, customers, held] = await Promise.all([
    countRuleSegments(db, asOf, rules),
    countCustomers(db, asOf, {}),
    countCustomers(db, asOf, { rule: { any: rules.map(({ rule }) => rule as CustomerRule) } }),
  ]);
  return {
    ...nothing,
    algorithm: 'RULES',
    customers,
    parts: rules
      .map((ruleSegment, place) => ({
        key: ruleSegment.id,
        name: { en: ruleSegment.name, ru: ruleSegment.name },
        size: sizes[place]!,
        share: customers > 0 ? sizes[place]! / customers : 0,
        segment: null,
        ruleSegment,
      }))
      .sort((a, b) => b.size - a.size),
    outside: customers - held,
    asOf,
  };
}
