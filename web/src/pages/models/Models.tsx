import { useState } from 'react';
import { Badge, type Tone } from '../../components/Badge.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { FaultNote } from '../../components/FaultNote.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Loading, Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import type {
  ModelsQuery as Answer,
  MeasureFragment,
  ModelStatus,
  ModelVersionStatus,
  RunProgressFragment,
} from '../../generated/graphql.ts';
import { useLive } from '../../graph/use-live.ts';
import { type TileState, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { advantage } from './advantage.ts';
import styles from './Models.module.css';
import { ModelsQuery, RunsChanged } from './query.ts';
import { TrainButton } from './TrainButton.tsx';

type Model = NonNullable<Answer['models']>[number];
/** Latest fits by model. */
type Runs = ReadonlyMap<string, RunProgressFragment>;

const tones: Record<ModelStatus, Tone> = {
  SERVED: 'good',
  BELOW_BASELINE: 'warn',
  NOT_ENOUGH_DATA: 'warn',
  NEVER_TRAINED: 'plain',
};
const versionTones: Record<ModelVersionStatus, Tone> = { SERVED: 'good', SUPERSEDED: 'plain', BELOW_BASELINE: 'warn' };

/** Every model: does it answer, by how much does it beat its baseline, and the button that trains it anew. */
export function Component() {
  const t = useMessages();
  const state = useTile(ModelsQuery, {}, (data) => data.models);
  const [runs, setRuns] = useState<Runs>(new Map());
  const flows = useLive(RunsChanged, {
    identity: '',
    variables: () => ({}),
    onResult: ({ trainingProgress }) => setRuns(new Map((trainingProgress ?? []).map((run) => [run.model, run]))),
  });
  return (
    <>
      <PageHeader title={t.models.title} />
      <div className={styles.list}>
        {state.value?.map((model) => (
          <ModelPanel
            key={model.name}
            model={model}
            state={state}
            live={flows ? (runs.get(model.name) ?? null) : null}
          />
        ))}
        {state.loading ? <Loading /> : null}
        {state.fault && !state.value ? <FaultNote fault={state.fault} retry={state.retry} /> : null}
        {state.value?.length === 0 ? <EmptyState title={t.empty.noModel} /> : null}
      </div>
    </>
  );
}

interface ModelPanelProps {
  model: Model;
  state: TileState<Model[]>;
  /** The latest fit as it goes on; null where that is not told by itself. */
  live: RunProgressFragment | null;
}

function ModelPanel({ model, state, live }: ModelPanelProps) {
  const t = useMessages();
  const formats = useFormats();
  const latest = model.versions.find(({ id }) => id === model.served?.id) ?? model.versions[0];
  return (
    <Panel
      title={model.title}
      about={t.models.about}
      state={{ ...state, value: model }}
      flush
      actions={<TrainButton name={model.name} latest={model.latestRun ?? null} live={live} />}
    >
      {({ name, status, unavailable, versions }) => (
        <>
          <p className={styles.top}>
            <Badge tone={tones[status]}>{t.models.statuses[status]}</Badge>
            <code className={styles.muted}>{name}</code>
            {unavailable ? <span className={styles.muted}>{unavailable.text}</span> : null}
          </p>
          {versions.length === 0 ? null : (
            <Table
              caption={`${model.title}: ${t.models.versions}`}
              rows={versions}
              rowKey={({ id }) => id}
              columns={[
                { key: 'version', label: t.models.versions, cell: ({ version }) => t.models.version(version) },
                {
                  key: 'status',
                  label: t.models.status,
                  cell: (version) => (
                    <Badge tone={versionTones[version.status]}>{t.models.versionStatuses[version.status]}</Badge>
                  ),
                },
                {
                  key: 'metric',
                  label: t.models.metric,
                  cell: ({ primaryMetric }) => <Compared measure={primaryMetric} />,
                },
                {
                  key: 'rows',
                  label: t.models.rows,
                  number: true,
                  wideOnly: true,
                  cell: ({ rows }) => formats.count(rows),
                },
                {
                  key: 'took',
                  label: t.models.duration,
                  number: true,
                  wideOnly: true,
                  cell: ({ durationMs }) => formats.duration(durationMs),
                },
                {
                  key: 'asOf',
                  label: t.models.asOf,
                  number: true,
                  wideOnly: true,
                  cell: ({ asOf }) => formats.momentDay(asOf),
                },
                {
                  key: 'trained',
                  label: t.models.trained,
                  number: true,
                  wideOnly: true,
                  cell: ({ trainedAt }) => (
                    <span title={formats.moment(trainedAt)}>{formats.ago(trainedAt, Date.now())}</span>
                  ),
                },
              ]}
            />
          )}
          {latest ? (
            <details className={styles.details}>
              <summary>
                {t.models.further}, {t.models.parameters.toLowerCase()} · {t.models.version(latest.version)}
              </summary>
              <dl className={styles.measures}>
                {latest.metrics.map((measure) => (
                  <div key={measure.name}>
                    <dt>{measure.title}</dt>
                    <dd>{formats.decimal(measure.value, 4)}</dd>
                  </div>
                ))}
                <div>
                  <dt>{t.models.seed}</dt>
                  <dd>{latest.seed}</dd>
                </div>
              </dl>
              <pre className={styles.parameters}>{JSON.stringify(latest.parameters, null, 1)}</pre>
            </details>
          ) : null}
        </>
      )}
    </Panel>
  );
}

function Compared({ measure }: { measure: MeasureFragment }) {
  const t = useMessages();
  const formats = useFormats();
  const { title, value, baseline, baselineTitle } = measure;
  const gain = advantage(measure);
  const largest = Math.max(Math.abs(value), Math.abs(baseline ?? 0)) || 1;
  const verdict =
    gain === null
      ? t.models.noneBaseline
      : gain > 0.0005
        ? t.models.beats(formats.percent(gain))
        : gain < -0.0005
          ? t.models.misses(formats.percent(-gain))
          : t.models.equals;
  return (
    <span className={styles.compare} title={verdict}>
      <span>
        {title} <strong className="tabular">{formats.decimal(value, 3)}</strong>
      </span>
      <span className={styles.compareBar} style={{ width: `${(Math.abs(value) / largest) * 100}%` }} />
      {baseline == null ? null : (
        <>
          <span
            className={`${styles.compareBar} ${styles.compareBase}`}
            style={{ width: `${(Math.abs(baseline) / largest) * 100}%` }}
          />
          <span className={styles.muted}>
            {baselineTitle}: {formats.decimal(baseline, 3)} · {verdict}
          </span>
        </>
      )}
    </span>
  );
}
