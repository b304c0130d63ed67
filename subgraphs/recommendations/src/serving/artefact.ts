import { deserialize, serialize } from 'node:v8';
import { type SparseMatrix, transpose } from '@cda/platform/ml/sparse-matrix.ts';
import type { EvidenceModel } from '../ml/candidates.ts';
import type { HybridModel } from '../ml/hybrid-estimator.ts';
import type { ItemModel } from '../ml/item-model.ts';

/** A fitted model with the ids and names behind its indices. */
export interface ServedModel {
  model: HybridModel;
  productIds: string[];
  names: { en: string[]; ru: string[] };
}

/** Raised when what is stored changes: older artefacts are then left alone until the next fit. */
const format = 3;

interface Stored extends Omit<ServedModel, 'model'> {
  format: number;
  model: Omit<HybridModel, 'candidates' | 'vectors' | 'coPurchases'> & {
    candidates: Omit<HybridModel['candidates'], EvidenceModel> & Record<EvidenceModel, Packed>;
    vectors: Omit<HybridModel['vectors'], 'vectors'> & { vectors: Packed };
    coPurchases: Omit<HybridModel['coPurchases'], 'together'> & { together: Packed };
  };
}

type Packed = Omit<SparseMatrix, 'values'> & { values: Float32Array };

const pack = ({ values, ...matrix }: SparseMatrix): Packed => ({ ...matrix, values: Float32Array.from(values) });
const unpack = ({ values, ...matrix }: Packed): SparseMatrix => ({ ...matrix, values: Float64Array.from(values) });
const packModel = ({ byTarget }: ItemModel): Packed => pack(byTarget);
const unpackModel = (packed: Packed): ItemModel => {
  const byTarget = unpack(packed);
  return { byTarget, byInput: transpose(byTarget) };
};

/** The model in bytes: weights in single precision, transposes left out. About 8 bytes a weight. */
export function toArtefact({ model, productIds, names }: ServedModel): Buffer {
  const { taste, factors, nextOrder, content, together, ...candidates } = model.candidates;
  const stored: Stored = {
    format,
    productIds,
    names,
    model: {
      ...model,
      candidates: {
        ...candidates,
        taste: packModel(taste),
        factors: packModel(factors),
        nextOrder: packModel(nextOrder),
        content: packModel(content),
        together: packModel(together),
      },
      vectors: { ...model.vectors, vectors: pack(model.vectors.vectors) },
      coPurchases: { ...model.coPurchases, together: pack(model.coPurchases.together) },
    },
  };
  return serialize(stored);
}

/** The model again; undefined where the bytes are of another format. */
export function fromArtefact(data: Buffer): ServedModel | undefined {
  const stored = deserialize(data) as Stored;
  if (stored.format !== format) return undefined;
  const { productIds, names, model } = stored;
  const { taste, factors, nextOrder, content, together, ...candidates } = model.candidates;
  return {
    productIds,
    names,
    model: {
      ...model,
      candidates: {
        ...candidates,
        taste: unpackModel(taste),
        factors: unpackModel(factors),
        nextOrder: unpackModel(nextOrder),
        content: unpackModel(content),
        together: unpackModel(together),
      },
      vectors: { ...model.vectors, vectors: unpack(model.vectors.vectors) },
      coPurchases: { ...model.coPurchases, together: unpack(model.coPurchases.together) },
    },
  };
}
