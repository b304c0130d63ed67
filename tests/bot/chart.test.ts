import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revenueSvg } from '../../bot/src/charts/revenue-chart.ts';
import { toPng } from '../../bot/src/charts/to-png.ts';
import { type BotFixture, buttonsOf, startBotFixture } from './bot-fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const aPicture = (person: ReturnType<BotFixture['linked']>) =>
  fixture.telegram.until('a picture', () => fixture.said(person).find(({ picture }) => picture));

describe('the chart', () => {
  test('comes as a picture of its own, with a caption that says how old it is', async () => {
    const person = fixture.linked();
    await fixture.ask(person, '/overview');
    person.press('📈 Chart');
    const chart = await aPicture(person);
    expect(chart.picture?.picture).toMatchObject({ type: 'image/png', width: 1000, height: 720 });
    expect(chart.text).toContain('Revenue · 28 days · £12,345.00');
    expect(chart.text).toContain('The last point is dotted');
    expect(chart.text).toContain('As of 23 Nov 2026');
    expect(buttonsOf(chart).flat()).toEqual(['7 days', '• 28 days', '91 days', '364 days', 'All time', '✕ Close']);
  });

  test('changes its period in place and is closed by its button', async () => {
    const person = fixture.linked();
    const overview = await fixture.ask(person, '/overview');
    person.press('📈 Chart');
    const chart = await aPicture(person);
    const first = chart.picture?.fileId;
    const changed = await fixture.press(person, '7 days');
    expect(changed.id).toBe(chart.id);
    expect(changed.picture?.fileId).not.toBe(first);
    person.press('✕ Close');
    await fixture.telegram.until('the picture is gone', () => !person.chat.messages.has(chart.id));
    expect(fixture.said(person).map(({ id }) => id)).toEqual([overview.id]);
  });

  test('is replaced by a sentence where there is nothing to draw', async () => {
    const person = fixture.linked();
    const { current } = fixture.graph.shop.data;
    const { series } = current;
    await fixture.ask(person, '/overview');
    person.press('📈 Chart');
    const chart = await aPicture(person);
    current.series = [];
    try {
      person.press('7 days');
      await fixture.telegram.until('the picture is gone', () => !person.chat.messages.has(chart.id));
      expect(fixture.said(person).at(-1)?.text).toContain('There is no revenue in this period to draw.');
    } finally {
      current.series = series;
    }
  });
});

const chart = {
  title: 'Выручка · 28 дней',
  subtitle: '27 окт. – 23 нояб.',
  points: [
    { date: '2026-11-22', amountMinor: 100_000 },
    { date: '2026-11-23', amountMinor: 250_000 },
  ],
  before: [50_000, 60_000],
  lastIsOpen: false,
  currency: 'RUB',
  locale: 'RU',
  labels: { current: 'этот период', before: 'предыдущий период' },
} as const;

describe('the drawing', () => {
  test('holds its Russian texts, money and days', () => {
    const svg = revenueSvg(chart);
    for (const text of ['Выручка · 28 дней', 'этот период', 'предыдущий период', '22 нояб.', '₽'])
      expect(svg).toContain(text);
    expect(svg.match(/<svg/g)).toHaveLength(1);
  });

  test('draws the last step dotted where its time is not over', () => {
    const before: number[] = [];
    expect(revenueSvg({ ...chart, before })).not.toContain('stroke-dasharray:3 9');
    expect(revenueSvg({ ...chart, before, lastIsOpen: true })).toContain('stroke-dasharray:3 9');
  });

  test('escapes what a shop could put into it', () => {
    expect(revenueSvg({ ...chart, title: '<script>&"' })).toContain('&lt;script&gt;&amp;');
  });

  test('draws letters, Cyrillic too: the same picture without them is another one', async () => {
    const svg = (text: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60"><text x="10" y="40" style="font-family:DejaVu Sans;font-size:30px">${text}</text></svg>`;
    const [none, cyrillic, latin] = await Promise.all([' ', 'Ж', 'X'].map((text) => toPng(svg(text), 200)));
    expect(Buffer.compare(Buffer.from(cyrillic ?? []), Buffer.from(none ?? []))).not.toBe(0);
    expect(Buffer.compare(Buffer.from(cyrillic ?? []), Buffer.from(latin ?? []))).not.toBe(0);
  });

  test.each([1, 2, 364])('stands %i points', async (count) => {
    const points = Array.from({ length: count }, (_, day) => ({
      date: new Date(Date.UTC(2025, 11, 1 + day)).toISOString().slice(0, 10),
      amountMinor: day * 100,
    }));
    const svg = revenueSvg({ ...chart, points, before: [] });
    expect(svg).not.toContain('NaN');
    expect((await toPng(svg, 1000)).length).toBeGreaterThan(5_000);
  });
});
