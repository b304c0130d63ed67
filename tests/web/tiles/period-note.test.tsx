import { expect, test } from 'vitest';
import { PeriodNote } from '../../../web/src/tiles/kpis/PeriodNote.tsx';
import { shown } from '../components/shown.tsx';

const running = { clock: 'NOW', today: '2026-11-23' } as const;

test('a comparison that was asked for and is not there has its reason', () => {
  const note = <PeriodNote to="2026-11-23" asked compared={false} />;
  expect(shown(note, { shop: running })).toMatch(/^No data to compare with/);
  expect(shown(note, { shop: running, locale: 'ru' })).toMatch(/^Сравнить не с чем/);
});

test('a day that is not over is called so beside whole days', () => {
  const note = <PeriodNote to="2026-11-23" asked compared />;
  expect(shown(note, { shop: running })).toMatch(/^Today is not over/);
  expect(shown(note, { shop: running, locale: 'ru' })).toMatch(/^Сегодня ещё не кончилось/);
});

test('whole days, historical data and a period beside nothing need no note', () => {
  expect(shown(<PeriodNote to="2026-11-22" asked compared />, { shop: running })).toBe('');
  expect(shown(<PeriodNote to="2026-11-23" asked compared />, { shop: { ...running, clock: 'LATEST_EVENT' } })).toBe(
    '',
  );
  expect(shown(<PeriodNote to="2026-11-23" asked={false} compared={false} />, { shop: running })).toBe('');
});
