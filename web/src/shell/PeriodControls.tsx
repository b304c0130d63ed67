import { CalendarDays, GitCompareArrows } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../components/Button.tsx';
import { ChoiceMenu } from '../components/ChoiceMenu.tsx';
import card from '../components/NoteCard.module.css';
import type { DateRange } from '../generated/graphql.ts';
import { useMessages } from '../i18n/locale.tsx';
import { type Period, type PeriodChange, periodDays } from '../period/period.ts';
import { comparisons, presets } from '../period/presets.ts';
import styles from './PeriodControls.module.css';
import { useShop } from './shop-context.tsx';
import { useShortcuts } from './shortcuts.ts';

interface PeriodControlsProps {
  period: Period;
  onChange(change: PeriodChange): void;
}

/** Which period, beside which other: menus and keys from the one table of presets, and own dates. */
export function PeriodControls({ period, onChange }: PeriodControlsProps) {
  const t = useMessages();
  const { shop, formats } = useShop();
  const nextComparison = () => {
    const place = comparisons.findIndex(({ compareTo }) => compareTo === period.compareTo);
    onChange({ compareTo: (comparisons[(place + 1) % comparisons.length] ?? comparisons[0]).compareTo });
  };
  useShortcuts({
    ...Object.fromEntries(presets.map(({ key, range }) => [key, () => onChange({ range })])),
    x: nextComparison,
  });
  const days = periodDays(period, shop.today);
  const label = period.between ? t.period.custom : t.period.presets[period.range];
  return (
    <>
      <ChoiceMenu
        label={t.period.label}
        icon={<CalendarDays aria-hidden />}
        shown={period.between ? `${formats.day(period.between.from)} – ${formats.day(period.between.to)}` : label}
        value={period.between ? null : period.range}
        choices={presets.map(({ range, key }) => ({ value: range, label: t.period.presets[range], shortcut: key }))}
        onChange={(value) => {
          const preset = presets.find(({ range }) => range === value);
          if (preset) onChange({ range: preset.range });
        }}
      />
      <OwnDates days={days ?? { from: shop.today, to: shop.today }} onApply={(between) => onChange({ between })} />
      {period.range === 'ALL_TIME' && !period.between ? null : (
        <ChoiceMenu
          label={t.period.compare}
          icon={<GitCompareArrows aria-hidden />}
          value={period.compareTo ?? 'NONE'}
          choices={comparisons.map(({ compareTo }) => ({
            value: compareTo ?? 'NONE',
            label: t.period.comparisons[compareTo ?? 'NONE'],
          }))}
          onChange={(value) => {
            const comparison = comparisons.find(({ compareTo }) => (compareTo ?? 'NONE') === value);
            if (comparison) onChange({ compareTo: comparison.compareTo });
          }}
        />
      )}
    </>
  );
}

function OwnDates({ days, onApply }: { days: DateRange; onApply(between: DateRange): void }) {
  const t = useMessages();
  const errorId = useId();
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState(false);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const between = { from: String(form.get('from')), to: String(form.get('to')) };
    setWrong(between.from > between.to);
    if (between.from > between.to) return;
    onApply(between);
    setOpen(false);
  }

  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>{t.period.custom}</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={card.card} sideOffset={6} collisionPadding={12} aria-label={t.period.custom}>
          <form className={styles.own} onSubmit={submit}>
            <label>
              {t.period.from}
              <input
                type="date"
                name="from"
                required
                defaultValue={days.from}
                aria-describedby={wrong ? errorId : undefined}
              />
            </label>
            <label>
              {t.period.to}
              <input
                type="date"
                name="to"
                required
                defaultValue={days.to}
                aria-describedby={wrong ? errorId : undefined}
              />
            </label>
            {wrong ? (
              <p id={errorId} className={styles.wrong} role="alert">
                {t.period.wrongOrder}
              </p>
            ) : null}
            <Button look="primary" type="submit">
              {t.period.apply}
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
