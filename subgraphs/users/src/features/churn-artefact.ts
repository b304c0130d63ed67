import type { LocalText } from '@cda/platform/text.ts';
import { type ChurnScorer, restoreChurnScorer, type StoredChurnScorer } from '../ml/churn-scorer.ts';
import { keptChurnFeatures, scoredColumns } from './churn-columns.ts';

/** A rule of the readable tree as it is kept with the version. */
export interface StoredChurnRule extends LocalText {
  /** Customers of the sample that fall under the rule, and the part of those that left, 0 to 1. */
  customers: number;
  left: number;
}

/** What is kept with a version of the churn model. */
export interface ChurnArtefact {
  horizonDays: number;
  rules: StoredChurnRule[];
  /** Names of what is kept of each customer, and of the columns made of it: those of the code that fitted the version. */
  features: readonly string[];
  columns: readonly string[];
  scorer: StoredChurnScorer;
}

/** The scorer of a version; undefined for one whose columns this code does not make any more. */
export function toChurnScorer(artefact: unknown): ChurnScorer | undefined {
  const { features, columns, scorer } = (artefact ?? {}) as Partial<ChurnArtefact>;
  const known =
    features?.join() === keptChurnFeatures.join() && columns?.join() === scoredColumns.map(({ name }) => name).join();
  return known && scorer ? restoreChurnScorer(scorer) : undefined;
}
