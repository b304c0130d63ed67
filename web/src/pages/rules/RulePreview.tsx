import { skipToken, useQuery } from '@apollo/client/react';
import { useId, useState } from 'react';
import { Badge } from '../../components/Badge.tsx';
import { Field, FieldGrid } from '../../components/Field.tsx';
import type { Placement, PreviewListFragment } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { type RuleDraft, toInput } from './draft.ts';
import { PreviewCustomersQuery, PreviewRuleQuery } from './query.ts';
import styles from './Rules.module.css';
import { useDraftUnits } from './use-draft-units.ts';
import { useSettled } from './use-settled.ts';

interface RulePreviewProps {
  draft: RuleDraft;
  /** The saved rule that the draft would replace. */
  id: string | null;
}

const everywhere: readonly Placement[] = ['HOME', 'BUY_AGAIN', 'PRODUCT', 'CART', 'EMAIL', 'WIN_BACK'];

/** What the draft would do to a customer's list, before anything is saved. */
export function RulePreview({ draft, id }: RulePreviewProps) {
  const t = useMessages();
  const heading = useId();
  const units = useDraftUnits();
  const [begins, setBegins] = useState('');
  const [asked, setAsked] = useState<Placement>('HOME');
  const offered = draft.placements.length > 0 ? draft.placements : everywhere;
  const placement = offered.includes(asked) ? asked : (offered[0] ?? 'HOME');
  const wanted = useSettled(begins.trim(), 300);
  const customers = useQuery(PreviewCustomersQuery, {
    variables: { where: wanted ? { externalId: { startsWith: wanted } } : { anonymous: false } },
  });
  const customer = (customers.data ?? customers.previousData)?.customers?.edges[0]?.node;
  const rule = useSettled(JSON.stringify(toInput({ ...draft, name: draft.name || t.rules.unnamed }, units)), 400);
  const { data, previousData, error } = useQuery(
    PreviewRuleQuery,
    customer
      ? { variables: { customer: customer.id, placement, rule: JSON.parse(rule), id }, fetchPolicy: 'network-only' }
      : skipToken,
  );
  const result = (data ?? previousData)?.previewMerchandisingRule;
  return (
    <section className={styles.preview} aria-labelledby={heading}>
      <h3 id={heading}>{t.rules.preview}</h3>
      <FieldGrid>
        <Field label={t.rules.previewCustomer}>
          <input
            type="search"
            placeholder={customer?.externalId ?? ''}
            value={begins}
            onChange={({ target }) => setBegins(target.value)}
          />
        </Field>
        <Field label={t.customer.placement}>
          <select value={placement} onChange={({ target }) => setAsked(target.value as Placement)}>
            {offered.map((one) => (
              <option key={one} value={one}>
                {t.customer.placements[one]}
              </option>
            ))}
          </select>
        </Field>
      </FieldGrid>
      {error ? <p className={styles.hint}>{toFault(error).message ?? t.panel.failed}</p> : null}
      {customers.data && !customer ? <p className={styles.hint}>{t.rules.noCustomer}</p> : null}
      {result?.__typename === 'MerchandisingPreview' ? (
        <div className={styles.lists} role="status">
          <List title={t.rules.before} list={result.before} />
          <List
            title={t.rules.after}
            list={result.after}
            before={result.before}
            effects={new Map(result.after.rules.map(({ product, effect }) => [product.id, t.rules.effects[effect]]))}
          />
        </div>
      ) : result ? (
        <p className={styles.hint} role="status">
          {result.message}
        </p>
      ) : null}
    </section>
  );
}

interface ListProps {
  title: string;
  list: PreviewListFragment;
  /** The list that it is compared with. */
  before?: PreviewListFragment;
  /** What rules did to a product, by its id. */
  effects?: ReadonlyMap<string, string>;
}

function List({ title, list, before, effects }: ListProps) {
  const t = useMessages();
  const ranks = new Map(before?.edges.map(({ node }) => [node.product.id, node.rank]));
  return (
    <div>
      <h4>{title}</h4>
      {list.edges.length === 0 ? <p className={styles.hint}>{t.customer.noRecommendations}</p> : null}
      <ol>
        {list.edges.map(({ node: { rank, product } }) => {
          const was = ranks.get(product.id);
          const moved = before && was !== rank;
          return (
            <li key={product.id} className={moved ? styles.moved : undefined}>
              <span>
                {rank}. {product.name}
              </span>
              {moved ? (
                <Badge tone="accent">
                  {effects?.get(product.id) ?? (was === undefined ? t.rules.cameIn : t.rules.wasAt(was))}
                </Badge>
              ) : null}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
