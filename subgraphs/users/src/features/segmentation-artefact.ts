import type { Scaling } from '../ml/scaling.ts';
import type { SegmentKey, SegmentTraits } from '../ml/segment-names.ts';
import { type FittedSegmentation, segmentFacts } from '../ml/segmentation-estimator.ts';
import { segmentationColumns } from './segmentation-input.ts';

/** What is kept with a version of the segmentation. */
interface SegmentationArtefact {
  /** Names of what is kept of each customer, and of the columns made of it: those of the code that fitted the version. */
  facts: readonly string[];
  columns: readonly string[];
  scaling: Record<keyof Scaling, number[]>;
  /** k × d, row-major, scaled. */
  centres: number[];
  segments: { key: SegmentKey; traits: SegmentTraits }[];
}

/** The space that a version measured distances in, and its segments there. */
export interface KeptSegmentation {
  scaling: Scaling;
  /** k × d, row-major, scaled. */
  centres: Float64Array;
  segments: readonly { key: SegmentKey; traits: SegmentTraits }[];
}

/** What is kept of a customer's segment: all that the reasons are made of. */
export interface SegmentCase {
  /** `segmentFacts`, as of the fit. */
  facts: ArrayLike<number>;
  segmentation: KeptSegmentation;
}

export function toSegmentationArtefact({ scaling, centres, segments }: FittedSegmentation): SegmentationArtefact {
  return {
    facts: segmentFacts,
    columns: segmentationColumns,
    scaling: { mean: [...scaling.mean], deviation: [...scaling.deviation] },
    centres: [...centres],
    segments: segments.map(({ key, traits }) => ({ key, traits })),
  };
}

/** The segmentation of a version; undefined for one whose columns this code does not make any more. */
export function fromSegmentationArtefact(artefact: unknown): KeptSegmentation | undefined {
  const { facts, columns, scaling, centres, segments } = (artefact ?? {}) as Partial<SegmentationArtefact>;
  if (facts?.join() !== segmentFacts.join() || columns?.join() !== segmentationColumns.join()) return undefined;
  if (!scaling || !centres || !segments) return undefined;
  return {
    scaling: { mean: Float64Array.from(scaling.mean), deviation: Float64Array.from(scaling.deviation) },
    centres: Float64Array.from(centres),
    segments,
  };
}
