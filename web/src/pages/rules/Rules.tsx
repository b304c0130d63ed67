import { useMutation } from '@apollo/client/react';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Problem } from '../../components/Field.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Table } from '../../components/Table.tsx';
import type { MerchandisingRuleInput, RuleFragment } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useTile } from '../../graph/use-tile.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import { offDays, toDraft, toInput } from './draft.ts';
import { DeleteRuleMutation, RulesQuery, SaveRuleMutation } from './query.ts';
import { RuleEditor } from './RuleEditor.tsx';
import styles from './Rules.module.css';
import { useDraftUnits } from './use-draft-units.ts';
import { ruleWords } from './words.ts';

/** For whoever runs the shop window: what lists must show, may not show, and in which order. */
export function Component() {
  const t = useMessages();
  const { shop, formats, may } = useShop();
  const units = useDraftUnits();
  const state = useTile(RulesQuery, {}, (data) => data.merchandisingRules);
  const [edited, setEdited] = useState<RuleFragment | 'new' | null>(null);
  const [deleted, setDeleted] = useState<RuleFragment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [save, saving] = useMutation(SaveRuleMutation, { refetchQueries: [RulesQuery], awaitRefetchQueries: true });
  const [remove, removing] = useMutation(DeleteRuleMutation, {
    refetchQueries: [RulesQuery],
    awaitRefetchQueries: true,
  });
  const busy = saving.loading || removing.loading;
  const writes = may('merchandising:write');

  async function keep(rule: MerchandisingRuleInput, id?: string): Promise<void> {
    setProblem(null);
    const { data, error } = await save({ variables: { rule, ...(id ? { id } : {}) } }).catch((error: unknown) => ({
      data: null,
      error,
    }));
    const result = data?.saveMerchandisingRule;
    if (result?.__typename === 'MerchandisingRuleSaved') setDeleted(null);
    else setProblem(result?.message ?? toFault(error).message ?? t.rules.saveFailed);
  }

  async function drop(rule: RuleFragment): Promise<void> {
    setProblem(null);
    const { data, error } = await remove({ variables: { id: rule.id } }).catch((error: unknown) => ({
      data: null,
      error,
    }));
    const result = data?.deleteMerchandisingRule;
    if (result?.__typename === 'MerchandisingRuleDeleted') setDeleted(rule);
    else setProblem(result?.message ?? toFault(error).message ?? t.rules.deleteFailed);
  }

  return (
    <>
      <PageHeader title={t.rules.title}>
        {writes ? (
          <Button look="primary" onClick={() => setEdited('new')}>
            <Plus aria-hidden />
            {t.rules.create}
          </Button>
        ) : null}
      </PageHeader>
      <Problem text={problem} />
      {deleted ? (
        <p className={styles.undo} role="status">
          {t.rules.deleted(deleted.name)}
          <Button disabled={busy} onClick={() => void keep(toInput(toDraft(deleted, units), units))}>
            {t.rules.undo}
          </Button>
        </p>
      ) : null}
      <Panel
        title={t.rules.title}
        about={t.rules.about}
        state={state}
        flush
        minHeight={260}
        isEmpty={(rules) => rules.length === 0}
        empty={<EmptyState title={t.rules.none} body={t.rules.noneHint} />}
      >
        {(rules) => (
          <Table
            caption={t.rules.title}
            rows={rules}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'name',
                label: t.rules.rule,
                cell: (rule) => (
                  <>
                    {rule.name}
                    <span className={styles.sub}>{ruleWords(t, formats, rule)}</span>
                  </>
                ),
              },
              {
                key: 'where',
                label: t.rules.where,
                wideOnly: true,
                cell: ({ placements }) =>
                  placements.length === 0
                    ? t.rules.everywhere
                    : placements.map((placement) => t.customer.placements[placement]).join(', '),
              },
              {
                key: 'when',
                label: t.rules.when,
                wideOnly: true,
                cell: (rule) => {
                  const { firstDay, lastDay } = toDraft(rule, units);
                  return firstDay || lastDay
                    ? t.rules.window(firstDay && formats.day(firstDay), lastDay && formats.day(lastDay))
                    : t.rules.always;
                },
              },
              {
                key: 'priority',
                label: t.rules.priority,
                number: true,
                wideOnly: true,
                cell: ({ priority }) => formats.count(priority),
              },
              {
                key: 'state',
                label: t.rules.state,
                cell: (rule) => {
                  const off = offDays(rule, shop.asOf);
                  return !rule.enabled ? (
                    <Badge>{t.rules.off}</Badge>
                  ) : off ? (
                    <Badge tone="warn">{t.rules.offDays[off]}</Badge>
                  ) : (
                    <Badge tone="good">{t.rules.holds}</Badge>
                  );
                },
              },
              ...(writes
                ? [
                    {
                      key: 'do',
                      label: <span className="visually-hidden">{t.rules.change}</span>,
                      cell: (rule: RuleFragment) => (
                        <span className={styles.actions}>
                          <Button
                            disabled={busy}
                            aria-label={`${rule.enabled ? t.rules.turnOff : t.rules.turnOn}: ${rule.name}`}
                            onClick={() =>
                              void keep({ ...toInput(toDraft(rule, units), units), enabled: !rule.enabled }, rule.id)
                            }
                          >
                            {rule.enabled ? t.rules.turnOff : t.rules.turnOn}
                          </Button>
                          <Button
                            look="quiet"
                            icon
                            aria-label={`${t.rules.change}: ${rule.name}`}
                            title={t.rules.change}
                            onClick={() => setEdited(rule)}
                          >
                            <Pencil aria-hidden />
                          </Button>
                          <Button
                            look="quiet"
                            icon
                            disabled={busy}
                            aria-label={`${t.rules.remove}: ${rule.name}`}
                            title={t.rules.remove}
                            onClick={() => void drop(rule)}
                          >
                            <Trash2 aria-hidden />
                          </Button>
                        </span>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Panel>
      <RuleEditor rule={edited} onClose={() => setEdited(null)} />
    </>
  );
}
