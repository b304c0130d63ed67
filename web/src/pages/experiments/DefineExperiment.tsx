import { useMutation } from '@apollo/client/react';
import { Minus, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Field, FieldGrid, Problem } from '../../components/Field.tsx';
import { Modal, ModalFoot } from '../../components/Modal.tsx';
import type { ExperimentKind, ExperimentPlacement, ExperimentSetupFragment } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { draftOf, type ExperimentDraft, keyFrom, metricsOf, newDraft, toInput, type VariantDraft } from './draft.ts';
import styles from './Experiments.module.css';
import { PlanNote } from './PlanNote.tsx';
import { ExperimentsQuery, SaveExperimentMutation } from './query.ts';

interface DefineExperimentProps {
  open: boolean;
  /** The experiment to change; a new one where absent. */
  experiment?: ExperimentSetupFragment;
  onOpenChange(open: boolean): void;
  onDefined(id: string): void;
}

/** An experiment as a form, with how many people it needs beside it. */
export function DefineExperiment({ open, experiment, onOpenChange, onDefined }: DefineExperimentProps) {
  const t = useMessages();
  return (
    <Modal
      title={experiment ? t.experiments.change : t.experiments.create}
      about={experiment?.startedAt ? t.experiments.changeAbout : t.experiments.createAbout}
      open={open}
      wide
      onOpenChange={onOpenChange}
    >
      <ExperimentForm
        experiment={experiment}
        onCancel={() => onOpenChange(false)}
        onDefined={(id) => {
          onOpenChange(false);
          onDefined(id);
        }}
      />
    </Modal>
  );
}

const placements: readonly ExperimentPlacement[] = ['HOME', 'CART', 'EMAIL', 'WIN_BACK'];
const kinds: readonly ExperimentKind[] = ['RECOMMENDATIONS', 'INTERLEAVING', 'SHOP'];

interface ExperimentFormProps {
  experiment: ExperimentSetupFragment | undefined;
  onCancel(): void;
  onDefined(id: string): void;
}

function ExperimentForm({ experiment, onCancel, onDefined }: ExperimentFormProps) {
  const t = useMessages();
  const [draft, setDraft] = useState<ExperimentDraft>(() =>
    experiment ? draftOf(experiment) : newDraft(t.experiments.newVariants),
  );
  // A key that somebody wrote stays as it is; until then it follows the name.
  const [ownKey, setOwnKey] = useState(experiment !== undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const [save, { loading }] = useMutation(SaveExperimentMutation, { refetchQueries: [ExperimentsQuery] });
  const change = (part: Partial<ExperimentDraft>) => setDraft((current) => ({ ...current, ...part }));
  const changeVariant = (place: number, part: Partial<VariantDraft>) =>
    change({ variants: draft.variants.map((variant, i) => (i === place ? { ...variant, ...part } : variant)) });
  const typed = (key: 'audiencePercent' | 'effectPercent' | 'windowDays' | 'clickPercent') => ({
    value: draft[key],
    onChange: ({ target }: { target: { value: string } }) => change({ [key]: target.value }),
  });
  const settled = experiment?.startedAt != null;
  const ofLists = draft.kind !== 'SHOP';
  const interleaved = draft.kind === 'INTERLEAVING';

  function choose(kind: ExperimentKind) {
    const metric = kind === 'SHOP' && draft.metric === 'CLICKED' ? 'CONVERSION' : draft.metric;
    const variants = kind === 'INTERLEAVING' ? draft.variants.slice(0, 2) : draft.variants;
    change({ kind, metric, variants, guards: draft.guards.filter((guard) => guard !== 'CLICKED') });
  }

  async function keep(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    const variables = { experiment: toInput(draft), ...(experiment ? { id: experiment.id } : {}) };
    const { data, error } = await save({ variables }).catch((error: unknown) => ({ data: null, error }));
    const result = data?.saveExperiment;
    if (result?.__typename === 'ExperimentChanged') onDefined(result.experiment.id);
    else setProblem(result?.message ?? toFault(error).message ?? t.experiments.failed);
  }

  return (
    <form className={styles.form} onSubmit={(event) => void keep(event)}>
      <FieldGrid>
        <Field label={t.experiments.name}>
          <input
            required
            maxLength={100}
            value={draft.name}
            onChange={({ target }) => change({ name: target.value, ...(ownKey ? {} : { key: keyFrom(target.value) }) })}
          />
        </Field>
        <Field label={t.experiments.key} hint={t.experiments.keyHint}>
          <input
            required
            maxLength={40}
            pattern="[a-z0-9][a-z0-9\-]+"
            disabled={experiment !== undefined}
            value={draft.key}
            onChange={({ target }) => {
              setOwnKey(true);
              change({ key: target.value });
            }}
          />
        </Field>
      </FieldGrid>
      <Field label={t.experiments.hypothesis} hint={t.experiments.hypothesisHint}>
        <textarea
          className={styles.hypothesis}
          rows={2}
          maxLength={1_000}
          value={draft.hypothesis}
          onChange={({ target }) => change({ hypothesis: target.value })}
        />
      </Field>
      <fieldset className={styles.part} disabled={settled}>
        <legend>{t.experiments.what}</legend>
        <Field label={t.experiments.kind} hint={t.experiments.kindHints[draft.kind]}>
          <select value={draft.kind} onChange={({ target }) => choose(target.value as ExperimentKind)}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {t.experiments.kinds[kind]}
              </option>
            ))}
          </select>
        </Field>
        {ofLists ? (
          <Field label={t.experiments.placement}>
            <select
              value={draft.placement}
              onChange={({ target }) => change({ placement: target.value as ExperimentPlacement })}
            >
              {placements.map((placement) => (
                <option key={placement} value={placement}>
                  {t.experiments.placements[placement]}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
        {draft.variants.map((variant, place) => (
          <FieldGrid key={variant.key}>
            <Field label={place === 0 ? t.experiments.control : t.experiments.variant(place)}>
              <input
                required
                maxLength={100}
                value={variant.name}
                onChange={({ target }) => changeVariant(place, { name: target.value })}
              />
            </Field>
            {ofLists ? (
              <>
                <Field label={t.experiments.pipeline}>
                  <select
                    value={variant.pipeline}
                    onChange={({ target }) =>
                      changeVariant(place, { pipeline: target.value as VariantDraft['pipeline'] })
                    }
                  >
                    {(['HYBRID', 'COLLABORATIVE', 'CONTENT', 'POPULAR'] as const).map((pipeline) => (
                      <option key={pipeline} value={pipeline}>
                        {t.experiments.pipelines[pipeline]}
                      </option>
                    ))}
                  </select>
                </Field>
                <Field label={t.experiments.diversity}>
                  <input
                    type="number"
                    min={0}
                    max={1}
                    step={0.1}
                    value={variant.diversity}
                    onChange={({ target }) => changeVariant(place, { diversity: Number(target.value) })}
                  />
                </Field>
              </>
            ) : null}
            {interleaved ? null : (
              <Field label={t.experiments.weight}>
                <input
                  type="number"
                  min={1}
                  max={1000}
                  value={variant.weight}
                  onChange={({ target }) => changeVariant(place, { weight: Number(target.value) })}
                />
              </Field>
            )}
          </FieldGrid>
        ))}
        {interleaved || settled ? null : (
          <div className={styles.actions}>
            <Button
              disabled={draft.variants.length >= 6}
              onClick={() =>
                change({
                  variants: [
                    ...draft.variants,
                    {
                      name: t.experiments.variant(draft.variants.length),
                      key: 'abcdef'[draft.variants.length] ?? 'z',
                      weight: 1,
                      pipeline: 'HYBRID',
                      diversity: 0.3,
                    },
                  ],
                })
              }
            >
              <Plus aria-hidden />
              {t.experiments.addVariant}
            </Button>
            <Button
              disabled={draft.variants.length <= 2}
              onClick={() => change({ variants: draft.variants.slice(0, -1) })}
            >
              <Minus aria-hidden />
              {t.experiments.removeVariant}
            </Button>
          </div>
        )}
      </fieldset>
      <fieldset className={styles.part}>
        <legend>{t.experiments.how}</legend>
        <FieldGrid>
          <Field label={t.experiments.audience} hint={settled ? t.experiments.audienceGrows : undefined}>
            <input type="number" min={1} max={100} step="any" required {...typed('audiencePercent')} />
          </Field>
          {interleaved ? null : (
            <>
              <Field label={t.experiments.primary}>
                <select
                  disabled={settled}
                  value={draft.metric}
                  onChange={({ target }) => change({ metric: target.value as ExperimentDraft['metric'] })}
                >
                  {metricsOf(draft.kind).map((metric) => (
                    <option key={metric} value={metric}>
                      {t.experiments.metrics[metric]}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label={t.experiments.effect} hint={t.experiments.effectHint}>
                <input
                  type="number"
                  min={0.1}
                  max={500}
                  step="any"
                  required
                  disabled={settled}
                  {...typed('effectPercent')}
                />
              </Field>
              {draft.metric === 'CLICKED' ? (
                <Field label={t.experiments.expectedClicks} hint={t.experiments.expectedClicksHint}>
                  <input type="number" min={0.1} max={99} step="any" {...typed('clickPercent')} />
                </Field>
              ) : null}
            </>
          )}
          <Field label={t.experiments.window} hint={t.experiments.windowHint}>
            <input type="number" min={1} max={90} required disabled={settled} {...typed('windowDays')} />
          </Field>
        </FieldGrid>
        {interleaved ? (
          <p className={styles.note}>{t.experiments.interleavingNote}</p>
        ) : (
          <>
            <fieldset className={styles.ticks}>
              <legend>{t.experiments.guards}</legend>
              {metricsOf(draft.kind)
                .filter((metric) => metric !== draft.metric)
                .map((metric) => (
                  <label key={metric} className={styles.tick}>
                    <input
                      type="checkbox"
                      checked={draft.guards.includes(metric)}
                      onChange={({ target }) =>
                        change({
                          guards: target.checked
                            ? [...draft.guards, metric]
                            : draft.guards.filter((guard) => guard !== metric),
                        })
                      }
                    />
                    {t.experiments.metrics[metric]}
                  </label>
                ))}
            </fieldset>
            {settled ? null : <PlanNote draft={draft} />}
          </>
        )}
      </fieldset>
      <Problem text={problem} />
      <ModalFoot>
        <Button onClick={onCancel}>{t.experiments.cancel}</Button>
        <Button look="primary" type="submit" disabled={loading}>
          {experiment ? t.experiments.save : t.experiments.define}
        </Button>
      </ModalFoot>
    </form>
  );
}
