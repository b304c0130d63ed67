import type {
  ExperimentInput,
  ExperimentKind,
  ExperimentMetric,
  ExperimentPipeline,
  ExperimentPlacement,
  ExperimentSetupFragment,
} from '../../generated/graphql.ts';

/** A variant as it is being written. */
export interface VariantDraft {
  name: string;
  key: string;
  weight: number;
  pipeline: ExperimentPipeline;
  diversity: number;
}

/** An experiment as it is being written: numbers as they were typed, shares in per cent. */
export interface ExperimentDraft {
  name: string;
  key: string;
  hypothesis: string;
  kind: ExperimentKind;
  placement: ExperimentPlacement;
  variants: readonly VariantDraft[];
  audiencePercent: string;
  metric: ExperimentMetric;
  guards: readonly ExperimentMetric[];
  effectPercent: string;
  windowDays: string;
  /** What share of people is to be expected to click, in per cent. */
  clickPercent: string;
}

export const metrics: readonly ExperimentMetric[] = ['CONVERSION', 'REVENUE', 'ORDERS', 'CLICKED', 'REFUNDED'];

/** Metrics that an experiment of a kind can be judged by. */
export const metricsOf = (kind: ExperimentKind): readonly ExperimentMetric[] =>
  kind === 'SHOP' ? metrics.filter((metric) => metric !== 'CLICKED') : metrics;

const inPercent = (share: number): string => String(Number((100 * share).toFixed(4)));

/** A typed percentage as a share. */
export const shareOf = (percent: string): number => Number(percent) / 100;

export const newDraft = (names: { control: string; other: string }): ExperimentDraft => ({
  name: '',
  key: '',
  hypothesis: '',
  kind: 'RECOMMENDATIONS',
  placement: 'HOME',
  variants: [
    { name: names.control, key: 'a', weight: 1, pipeline: 'HYBRID', diversity: 0 },
    { name: names.other, key: 'b', weight: 1, pipeline: 'POPULAR', diversity: 0 },
  ],
  audiencePercent: '100',
  metric: 'CONVERSION',
  guards: ['REFUNDED'],
  effectPercent: '10',
  windowDays: '14',
  clickPercent: '10',
});

/** What is kept of an experiment, to be written anew. */
export const draftOf = (experiment: ExperimentSetupFragment): ExperimentDraft => ({
  name: experiment.name,
  key: experiment.key,
  hypothesis: experiment.hypothesis,
  kind: experiment.kind,
  placement: experiment.placement ?? 'HOME',
  variants: experiment.variants.map(({ name, key, weight, pipeline, diversity }) => ({
    name,
    key,
    weight,
    pipeline: pipeline ?? 'HYBRID',
    diversity,
  })),
  audiencePercent: inPercent(experiment.audienceShare),
  metric: experiment.primaryMetric,
  guards: experiment.guardMetrics,
  effectPercent: inPercent(experiment.minimumEffect),
  windowDays: String(experiment.windowDays),
  clickPercent: '10',
});

const cyrillic: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'c',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
};

/** A key that says what the name says. */
export const keyFrom = (name: string): string =>
  [...name.toLowerCase()]
    .map((letter) => cyrillic[letter] ?? letter)
    .join('')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');

/** The draft in the terms of the graph. */
export function toInput(draft: ExperimentDraft): ExperimentInput {
  const ofLists = draft.kind !== 'SHOP';
  const interleaved = draft.kind === 'INTERLEAVING';
  return {
    key: draft.key,
    name: draft.name,
    hypothesis: draft.hypothesis,
    kind: draft.kind,
    placement: ofLists ? draft.placement : null,
    variants: (interleaved ? draft.variants.slice(0, 2) : draft.variants).map((variant) => ({
      key: variant.key,
      name: variant.name,
      weight: variant.weight,
      pipeline: ofLists ? variant.pipeline : null,
      diversity: ofLists ? variant.diversity : 0,
    })),
    audienceShare: shareOf(draft.audiencePercent),
    primaryMetric: interleaved ? 'CLICKED' : draft.metric,
    guardMetrics: interleaved ? [] : draft.guards.filter((metric) => metric !== draft.metric),
    secondaryMetrics: interleaved
      ? []
      : metricsOf(draft.kind).filter((metric) => metric !== draft.metric && !draft.guards.includes(metric)),
    minimumEffect: shareOf(draft.effectPercent),
    windowDays: Math.round(Number(draft.windowDays)),
  };
}
