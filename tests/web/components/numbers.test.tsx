import { describe, expect, test } from 'vitest';
import { ChurnFigure } from '../../../web/src/components/ChurnFigure.tsx';
import { Contributions } from '../../../web/src/components/Contributions.tsx';
import { DeltaBadge } from '../../../web/src/components/DeltaBadge.tsx';
import { Panel } from '../../../web/src/components/Panel.tsx';
import { ShopClock } from '../../../web/src/shell/ShopClock.tsx';
import { shown } from './shown.tsx';

describe('a change', () => {
  test('says whether it is good, not by colour alone', () => {
    expect(shown(<DeltaBadge delta={{ kind: 'changed', part: 0.63, better: false }} />)).toBe('+63% (worse)');
  });

  test('from nothing is new, in the reader’s language', () => {
    expect(shown(<DeltaBadge delta={{ kind: 'new', better: true }} />, { locale: 'ru' })).toBe('впервые (лучше)');
  });
});

describe('a churn figure', () => {
  test('that does not honestly exist is a dash, never a zero', () => {
    const unavailable = { code: 'NOT_ENOUGH_DATA' as const, text: 'Too little history.' };
    const churn = {
      probability: null,
      low: null,
      high: null,
      band: null,
      horizonDays: 90,
      asOf: null,
      reasons: [],
      model: null,
      unavailable,
    };
    expect(shown(<ChurnFigure churn={churn} />)).toContain('—');
    expect(shown(<ChurnFigure churn={churn} />)).not.toMatch(/\d/);
  });
});

describe('contributions', () => {
  test('carry their signs, strongest first as given', () => {
    const reasons = [
      { code: 'RECENCY', text: 'Has not bought for 120 days', weight: 1.25 },
      { code: 'FREQUENCY', text: 'Bought 14 times', weight: -0.5 },
    ];
    expect(shown(<Contributions reasons={reasons} />)).toBe(
      'Has not bought for 120 days +1.25 Bought 14 times \u22120.5',
    );
  });

  test('without weights are a plain list', () => {
    expect(shown(<Contributions reasons={[{ code: 'X', text: 'Sells best', weight: null }]} />)).toBe('Sells best');
  });
});

describe('the shop’s clock', () => {
  test('says that historical data is historical', () => {
    expect(shown(<ShopClock />)).toContain('Data up to 9 Dec 2011, 12:50; today is 9 Dec 2011 (historical data)');
  });

  test('says that a demo shop is one', () => {
    const text = shown(<ShopClock />, { locale: 'ru', shop: { clock: 'NOW', demo: true } });
    expect(text).toContain('сегодня 9 дек. 2011 г.');
    expect(text).toContain('Демо-магазин');
  });
});

describe('a panel', () => {
  const state = { value: undefined, loading: false, refreshing: false, fault: null, retry: () => undefined };
  const panel = (changes: object) =>
    shown(
      <Panel title="T" about="A" state={{ ...state, ...changes }} empty="nothing here">
        {(value: string) => value}
      </Panel>,
    );

  test('shows a fault with the id that finds it in the logs, and the way to try again', () => {
    expect(panel({ fault: { kind: 'failed', requestId: 'req-7' } })).toMatch(
      /could not be loaded.*Request req-7.*Try again/,
    );
  });

  test('keeps old data when a refresh fails, and says so', () => {
    expect(panel({ value: 'old figures', fault: { kind: 'offline' } })).toMatch(/latest refresh failed.*old figures/);
  });

  test('offers no second try where the role forbids', () => {
    expect(panel({ fault: { kind: 'forbidden' } })).not.toContain('Try again');
  });

  test('says that there is nothing, only once the graph has answered', () => {
    expect(panel({ value: null })).toContain('nothing here');
    expect(panel({ loading: true })).not.toContain('nothing here');
  });
});
