import { useEffect, useState } from 'react';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useFormats } from '../../shell/shop-context.tsx';
import { type ExperimentDraft, shareOf } from './draft.ts';
import styles from './Experiments.module.css';
import { ExperimentPlanQuery } from './query.ts';

const restMs = 350;

const within = (value: number, low: number, high: number, otherwise: number): number =>
  value >= low && value <= high ? value : otherwise;

/** How many people the experiment needs and how long they take to come, worked out while it is written. */
export function PlanNote({ draft }: { draft: ExperimentDraft }) {
  const t = useMessages();
  const formats = useFormats();
  const asked = {
    metric: draft.metric,
    minimumEffect: within(shareOf(draft.effectPercent), 0.001, 5, 0.1),
    variants: draft.variants.length,
    audienceShare: within(shareOf(draft.audiencePercent), 0.001, 1, 1),
    windowDays: Math.round(within(Number(draft.windowDays), 1, 90, 14)),
    baselineShare: draft.metric === 'CLICKED' ? within(shareOf(draft.clickPercent), 0.0001, 0.9999, 0.1) : null,
  };
  const [variables, setVariables] = useState(asked);
  const text = JSON.stringify(asked);
  // Typing does not ask the graph at every key.
  useEffect(() => {
    const timer = setTimeout(() => setVariables(JSON.parse(text) as typeof asked), restMs);
    return () => clearTimeout(timer);
  }, [text]);
  const { value: plan, fault } = useTile(ExperimentPlanQuery, variables, (data) => data.experimentPlan);
  const words = (): string => {
    if (fault) return t.experiments.planFailed;
    if (!plan) return t.panel.loading;
    const { peoplePerVariant, days, detectableIn28Days, unavailable } = plan;
    if (peoplePerVariant == null || days == null || detectableIn28Days == null) return unavailable?.text ?? '';
    return t.experiments.plan(
      formats.count(peoplePerVariant),
      days,
      formats.percent(variables.minimumEffect),
      formats.percent(detectableIn28Days),
    );
  };
  return (
    <p className={styles.plan} role="status">
      <strong>{t.experiments.planTitle}</strong> {words()}
    </p>
  );
}
