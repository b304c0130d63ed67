import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Field, FieldGrid, Problem } from '../../components/Field.tsx';
import { Modal, ModalFoot } from '../../components/Modal.tsx';
import type { Placement, RuleActionKind, RuleFragment } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import { newDraft, type RuleDraft, toDraft, toInput } from './draft.ts';
import { ProductPicker } from './ProductPicker.tsx';
import { RulesQuery, SaveRuleMutation } from './query.ts';
import { RulePreview } from './RulePreview.tsx';
import styles from './Rules.module.css';
import { useDraftUnits } from './use-draft-units.ts';

interface RuleEditorProps {
  /** The rule to change, or that a new one is wanted; null while there is nothing to edit. */
  rule: RuleFragment | 'new' | null;
  onClose(): void;
}

/** A rule as a form, with what it would do to a customer's list beside it. */
export function RuleEditor({ rule, onClose }: RuleEditorProps) {
  const t = useMessages();
  return (
    <Modal
      title={rule === 'new' ? t.rules.create : t.rules.change}
      about={t.rules.editorAbout}
      open={rule !== null}
      wide
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      {rule ? <RuleForm rule={rule === 'new' ? null : rule} onDone={onClose} /> : null}
    </Modal>
  );
}

const actions: readonly RuleActionKind[] = ['BOOST', 'PIN', 'EXCLUDE', 'ONLY', 'AT_MOST', 'AT_LEAST', 'ALLOW_OWNED'];
const placements: readonly Placement[] = ['HOME', 'BUY_AGAIN', 'PRODUCT', 'CART', 'EMAIL', 'WIN_BACK'];

function RuleForm({ rule, onDone }: { rule: RuleFragment | null; onDone(): void }) {
  const t = useMessages();
  const { shop } = useShop();
  const units = useDraftUnits();
  const [draft, setDraft] = useState<RuleDraft>(() => (rule ? toDraft(rule, units) : newDraft));
  const [problem, setProblem] = useState<string | null>(null);
  const [save, { loading }] = useMutation(SaveRuleMutation, {
    refetchQueries: [RulesQuery],
    awaitRefetchQueries: true,
  });
  const change = (part: Partial<RuleDraft>) => setDraft((current) => ({ ...current, ...part }));
  const typed = (key: keyof RuleDraft) => ({
    value: String(draft[key]),
    onChange: ({ target }: { target: { value: string } }) => change({ [key]: target.value }),
  });
  const limits = draft.action === 'AT_MOST' || draft.action === 'AT_LEAST';

  async function keep(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    const variables = { rule: toInput(draft, units), ...(rule ? { id: rule.id } : {}) };
    const { data, error } = await save({ variables }).catch((error: unknown) => ({ data: null, error }));
    const result = data?.saveMerchandisingRule;
    if (result?.__typename === 'MerchandisingRuleSaved') onDone();
    else setProblem(result?.message ?? toFault(error).message ?? t.rules.saveFailed);
  }

  return (
    <form className={styles.form} onSubmit={(event) => void keep(event)}>
      <FieldGrid>
        <Field label={t.rules.name}>
          <input required maxLength={100} {...typed('name')} />
        </Field>
        <Field label={t.rules.action} hint={t.rules.actionHints[draft.action]}>
          <select {...typed('action')}>
            {actions.map((action) => (
              <option key={action} value={action}>
                {t.rules.actions[action]}
              </option>
            ))}
          </select>
        </Field>
        {draft.action === 'PIN' ? (
          <Field label={t.rules.slot}>
            <input type="number" min={1} max={50} required {...typed('slot')} />
          </Field>
        ) : null}
        {draft.action === 'BOOST' ? (
          <Field label={t.rules.factor} hint={t.rules.factorHint}>
            <input type="number" min={0.01} max={100} step="any" required {...typed('factor')} />
          </Field>
        ) : null}
        {limits ? (
          <>
            <Field label={t.rules.count}>
              <input type="number" min={0} max={50} required {...typed('count')} />
            </Field>
            <Field label={t.rules.of}>
              <input type="number" min={1} max={100} required {...typed('of')} />
            </Field>
          </>
        ) : null}
        {draft.action === 'AT_MOST' ? (
          <label className={styles.tick}>
            <input
              type="checkbox"
              checked={draft.perCategory}
              onChange={({ target }) => change({ perCategory: target.checked })}
            />
            {t.rules.perCategory}
          </label>
        ) : null}
      </FieldGrid>
      <fieldset className={styles.part}>
        <legend>{t.rules.which}</legend>
        <ProductPicker products={draft.products} onChange={(products) => change({ products })} />
        <FieldGrid>
          <Field label={t.rules.category}>
            <input maxLength={200} placeholder="Kitchen > Knives" {...typed('category')} />
          </Field>
          <Field label={t.rules.brand}>
            <input maxLength={200} {...typed('brand')} />
          </Field>
          <Field label={t.rules.priceFrom(shop.currency)}>
            <input inputMode="decimal" {...typed('priceFrom')} />
          </Field>
          <Field label={t.rules.priceTo(shop.currency)}>
            <input inputMode="decimal" {...typed('priceTo')} />
          </Field>
          <Field label={t.rules.marginFrom} hint={t.rules.marginHint}>
            <input inputMode="decimal" {...typed('marginFrom')} />
          </Field>
          <Field label={t.rules.marginTo}>
            <input inputMode="decimal" {...typed('marginTo')} />
          </Field>
          <Field label={t.rules.stockFrom}>
            <input inputMode="numeric" {...typed('stockFrom')} />
          </Field>
        </FieldGrid>
      </fieldset>
      <fieldset className={styles.part}>
        <legend>{t.rules.whereAndWhen}</legend>
        <div className={styles.ticks}>
          {placements.map((placement) => (
            <label key={placement} className={styles.tick}>
              <input
                type="checkbox"
                checked={draft.placements.includes(placement)}
                onChange={({ target }) =>
                  change({
                    placements: target.checked
                      ? [...draft.placements, placement]
                      : draft.placements.filter((one) => one !== placement),
                  })
                }
              />
              {t.customer.placements[placement]}
            </label>
          ))}
        </div>
        <p className={styles.hint}>{t.rules.placementsHint}</p>
        <FieldGrid>
          <Field label={t.rules.firstDay}>
            <input type="date" {...typed('firstDay')} />
          </Field>
          <Field label={t.rules.lastDay}>
            <input type="date" {...typed('lastDay')} />
          </Field>
          <Field label={t.rules.priority} hint={t.rules.priorityHint}>
            <input type="number" min={-1000} max={1000} {...typed('priority')} />
          </Field>
        </FieldGrid>
      </fieldset>
      <RulePreview draft={draft} id={rule?.id ?? null} />
      <Problem text={problem} />
      <ModalFoot>
        <Button onClick={onDone}>{t.rules.cancel}</Button>
        <Button look="primary" type="submit" disabled={loading}>
          {t.rules.save}
        </Button>
      </ModalFoot>
    </form>
  );
}
