/** A version of a model, as `registry.model_version` keeps it. */
export interface VersionRow {
  id: string;
  model: string;
  version: number;
  status: 'SERVED' | 'SUPERSEDED' | 'BELOW_BASELINE';
  as_of: Date;
  trained_at: Date;
  duration_ms: number;
  rows: number;
  seed: number;
  parameters: Record<string, unknown>;
  metrics: Record<string, number>;
  primary_metric: string;
  value: number;
  baseline_name: string;
  baseline: number;
  higher_is_better: boolean;
}

/** A run of a fit, as `registry.training_run` keeps it. */
export interface RunRow {
  id: string;
  model: string;
  status: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'NOT_ENOUGH_DATA' | 'FAILED';
  progress: number;
  message: { en: string; ru: string } | null;
  queued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** A model of the platform, by its full name. */
export interface ModelRow {
  name: string;
}
