import { useState } from 'react';
import { useParams } from 'react-router';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { MoreLink } from '../../components/MoreLink.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Panel } from '../../components/Panel.tsx';
import type { ExperimentQuery as Answer } from '../../generated/graphql.ts';
import { everyMinute, useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats, useShop } from '../../shell/shop-context.tsx';
import { DefineExperiment } from './DefineExperiment.tsx';
import styles from './Experiments.module.css';
import { MetricResult } from './MetricResult.tsx';
import { PreferenceResult } from './PreferenceResult.tsx';
import { ExperimentQuery } from './query.ts';
import { StepButtons } from './StepButtons.tsx';
import { decisionTone, statusTone } from './tones.ts';

type Experiment = NonNullable<Answer['experiment']>;

/** One experiment: what to do, why, the figures behind it, and how it is set up. */
export function Component() {
  const t = useMessages();
  const { id = '' } = useParams();
  const { viewer } = useShop();
  const [changing, setChanging] = useState(false);
  const state = useTile(ExperimentQuery, { id }, (data) => data.experiment, everyMinute);
  const experiment = state.value ?? null;
  const missing = state.value === null && !state.loading && !state.fault;
  const mayChange = viewer?.scopes.includes('experiments:write') ?? false;
  const results = { ...state, value: experiment?.results ?? (experiment ? null : undefined) };
  return (
    <>
      <PageHeader
        title={experiment?.name ?? (missing ? t.experiments.missing : t.experiments.one)}
        back={{ to: '/experiments', label: t.experiments.title }}
        detail={
          experiment ? (
            <Badge tone={statusTone[experiment.status]}>{t.experiments.statuses[experiment.status]}</Badge>
          ) : null
        }
      >
        {experiment && mayChange ? (
          <>
            <StepButtons experiment={experiment} />
            {experiment.status === 'ARCHIVED' ? null : (
              <Button onClick={() => setChanging(true)}>{t.experiments.edit}</Button>
            )}
          </>
        ) : null}
      </PageHeader>
      <div className={styles.panels}>
        {missing ? (
          <EmptyState body={t.experiments.missingHint}>
            <MoreLink to="/experiments">{t.experiments.title}</MoreLink>
          </EmptyState>
        ) : (
          <>
            <Panel
              title={t.experiments.verdict}
              about={t.experiments.verdictAbout}
              state={results}
              minHeight={120}
              empty={<EmptyState title={t.experiments.notStarted} body={t.experiments.notStartedHint} />}
            >
              {(value) => <Verdict results={value} variants={experiment?.variants ?? []} />}
            </Panel>
            {experiment?.results ? (
              <Panel title={t.experiments.figures} about={t.experiments.figuresAbout} state={results} flush>
                {(value) => (
                  <>
                    {value.metrics.map((metric) => (
                      <MetricResult key={metric.metric} result={metric} variants={experiment.variants} />
                    ))}
                    {value.preferences.map((preference) => (
                      <PreferenceResult key={preference.by} result={preference} variants={experiment.variants} />
                    ))}
                  </>
                )}
              </Panel>
            ) : null}
            <Panel title={t.experiments.setup} about={t.experiments.setupAbout} state={state}>
              {(value) => <Setup experiment={value} />}
            </Panel>
          </>
        )}
      </div>
      {experiment ? (
        <DefineExperiment
          open={changing}
          experiment={experiment}
          onOpenChange={setChanging}
          onDefined={() => state.retry()}
        />
      ) : null}
    </>
  );
}

interface VerdictProps {
  results: NonNullable<Experiment['results']>;
  variants: Experiment['variants'];
}

function Verdict({ results, variants }: VerdictProps) {
  const t = useMessages();
  const formats = useFormats();
  const { decision, people, mixed, sampleRatio, asOf } = results;
  const name = variants.find(({ key }) => key === decision.variant)?.name ?? '';
  return (
    <div className={styles.verdict}>
      <div className={styles.headline}>
        <Badge tone={decisionTone[decision.code]}>{t.experiments.decisions[decision.code](name)}</Badge>
        <span>{t.experiments.met(people)}</span>
      </div>
      {decision.reasons.map(({ code, text }) => (
        <p key={code + text}>{text}</p>
      ))}
      {sampleRatio?.warning ? <p className={styles.warning}>{t.experiments.sampleRatioWarning}</p> : null}
      {mixed > 0 ? <p>{t.experiments.mixed(mixed)}</p> : null}
      <p className={styles.range}>{t.experiments.asOf(formats.moment(asOf))}</p>
    </div>
  );
}

function Setup({ experiment }: { experiment: Experiment }) {
  const t = useMessages();
  const formats = useFormats();
  const interleaved = experiment.kind === 'INTERLEAVING';
  const total = experiment.variants.reduce((sum, { weight }) => sum + weight, 0);
  const facts: [string, string][] = [
    [t.experiments.hypothesis, experiment.hypothesis || '—'],
    [t.experiments.kind, t.experiments.kinds[experiment.kind]],
    [t.experiments.key, experiment.key],
    ...(experiment.placement
      ? [[t.experiments.placement, t.experiments.placements[experiment.placement]] as [string, string]]
      : []),
    ...experiment.variants.map(({ name, key, weight, pipeline, diversity }, place): [string, string] => [
      `${place === 0 ? t.experiments.control : t.experiments.variant(place)} (${key})`,
      [
        name,
        interleaved ? null : formats.percent(weight / total),
        pipeline && t.experiments.pipelines[pipeline],
        diversity > 0 ? `${t.experiments.diversity}: ${formats.decimal(diversity, 1)}` : null,
      ]
        .filter(Boolean)
        .join(' · '),
    ]),
    [t.experiments.audience, formats.percent(experiment.audienceShare)],
    [t.experiments.primary, t.experiments.metrics[experiment.primaryMetric]],
    ...(experiment.guardMetrics.length > 0
      ? [
          [t.experiments.guards, experiment.guardMetrics.map((metric) => t.experiments.metrics[metric]).join(', ')] as [
            string,
            string,
          ],
        ]
      : []),
    [t.experiments.effect, formats.percent(experiment.minimumEffect)],
    [t.experiments.window, formats.count(experiment.windowDays)],
    [t.experiments.started, experiment.startedAt ? formats.moment(experiment.startedAt) : '—'],
    ...(experiment.stoppedAt
      ? [[t.experiments.stopped, formats.moment(experiment.stoppedAt)] as [string, string]]
      : []),
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
