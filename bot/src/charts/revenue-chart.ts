import { type ComponentProps, createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import {
  VictoryArea,
  VictoryAxis,
  VictoryChart,
  VictoryContainer,
  VictoryLabel,
  VictoryLegend,
  VictoryLine,
} from 'victory';
import { type BotLocale, languageTags } from '../i18n/locale.ts';
import { fontFamily, toPng } from './to-png.ts';

/** What the chart shows. */
export interface RevenueChart {
  title: string;
  subtitle: string;
  /** Revenue of each day, week or month, oldest first; `date` is its first day. */
  points: readonly { date: string; amountMinor: number }[];
  /** Revenue of the period before, point by point; empty where there is none. */
  before: readonly number[];
  /** Whether the last point still grows: its line is dotted. */
  lastIsOpen: boolean;
  currency: string;
  locale: BotLocale;
  labels: { current: string; before: string };
}

/** Size of the drawing; letters are large, because a phone shows the picture at about a third of it. */
const size = { width: 1000, height: 720 };
const padding = { top: 190, bottom: 80, right: 50 };
/** Width of a letter of the axes, in pixels, on average. */
const letterWidth = 15;
const color = {
  line: '#2563eb',
  area: '#dbeafe',
  before: '#94a3b8',
  text: '#0f172a',
  quiet: '#475569',
  grid: '#e2e8f0',
};

const label = (fontSize: number, fill: string, fontWeight = 'normal') => ({ fontFamily, fontSize, fill, fontWeight });

/** Revenue as a filled line, the period before as a dashed one. PNG, 1000 × 720 pixels, light. */
export async function drawRevenue(chart: RevenueChart): Promise<Uint8Array> {
  return toPng(revenueSvg(chart), size.width);
}

/** The same as SVG; text of the chart is escaped by React. */
export function revenueSvg({
  title,
  subtitle,
  points,
  before,
  lastIsOpen,
  currency,
  locale,
  labels,
}: RevenueChart): string {
  const tag = languageTags[locale];
  const money = new Intl.NumberFormat(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  const minorPerUnit = 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2);
  const compact = new Intl.NumberFormat(tag, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  });
  const day = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(tag, { month: 'short', timeZone: 'UTC' });
  const spanDays = (Date.parse(points.at(-1)?.date ?? '') - Date.parse(points[0]?.date ?? '')) / 86_400_000;
  const tick = (index: number): string => {
    const date = points[Math.round(index)]?.date;
    if (!date) return '';
    const noon = new Date(`${date}T12:00:00Z`);
    return spanDays > 200 ? `${month.format(noon)} ${date.slice(0, 4)}` : day.format(noon);
  };
  const current = points.map(({ amountMinor }, x) => ({ x, y: amountMinor / minorPerUnit }));
  const earlier = before.slice(0, points.length).map((amountMinor, x) => ({ x, y: amountMinor / minorPerUnit }));
  const highest = Math.max(1, ...current.map(({ y }) => y), ...earlier.map(({ y }) => y));
  const widest = Math.max(...[1, 0.9, 0.7, 0.3].map((part) => compact.format(highest * part).length));
  const every = Math.max(1, Math.ceil((points.length - 1) / (spanDays > 200 ? 4 : 6)));
  const ticks = points.map((_, index) => index).filter((index) => index % every === 0);
  const series = [
    { name: labels.current, symbol: { fill: color.line, type: 'square' } },
    ...(earlier.length > 0 ? [{ name: labels.before, symbol: { fill: color.before, type: 'minus' } }] : []),
  ];

  const markup = renderToStaticMarkup(
    createElement(
      VictoryChart,
      {
        ...size,
        padding: { ...padding, left: Math.max(100, widest * letterWidth + 30) },
        domain: {
          x: [0, Math.max(1, points.length - 1)],
          y: [Math.min(0, ...current.map(({ y }) => y)), highest * 1.08],
        },
        containerComponent: createElement(VictoryContainer, { responsive: false, title, desc: subtitle }),
      } as ComponentProps<typeof VictoryChart>,
      createElement(VictoryLabel, { key: 'title', text: title, x: 40, y: 52, style: label(38, color.text, 'bold') }),
      createElement(VictoryLabel, { key: 'subtitle', text: subtitle, x: 40, y: 98, style: label(26, color.quiet) }),
      createElement(VictoryLegend, {
        key: 'legend',
        x: 30,
        y: 122,
        orientation: 'horizontal',
        gutter: 70,
        data: series,
        style: { labels: label(26, color.quiet) },
      }),
      createElement(VictoryAxis, {
        key: 'money',
        dependentAxis: true,
        tickCount: 5,
        tickFormat: (value: number) => compact.format(value),
        style: {
          axis: { stroke: 'none' },
          grid: { stroke: color.grid, strokeWidth: 2 },
          tickLabels: { ...label(26, color.quiet), padding: 10 },
        },
      }),
      createElement(VictoryAxis, {
        key: 'time',
        tickValues: ticks,
        tickFormat: tick,
        style: {
          axis: { stroke: color.before, strokeWidth: 2 },
          tickLabels: { ...label(26, color.quiet), padding: 12 },
        },
      }),
      createElement(VictoryArea, {
        key: 'area',
        data: current,
        style: { data: { fill: color.area, fillOpacity: 0.6, stroke: 'none' } },
      }),
      earlier.length > 0
        ? createElement(VictoryLine, {
            key: 'before',
            data: earlier,
            style: { data: { stroke: color.before, strokeWidth: 4, strokeDasharray: '12 8' } },
          })
        : null,
      createElement(VictoryLine, {
        key: 'current',
        data: lastIsOpen && current.length > 1 ? current.slice(0, -1) : current,
        style: { data: { stroke: color.line, strokeWidth: 5 } },
      }),
      lastIsOpen && current.length > 1
        ? createElement(VictoryLine, {
            key: 'open',
            data: current.slice(-2),
            style: { data: { stroke: color.line, strokeWidth: 5, strokeDasharray: '3 9', strokeLinecap: 'round' } },
          })
        : null,
    ),
  );
  // Beside the chart the container draws an empty second svg for tooltips; the picture is the first.
  const svg = markup.slice(markup.indexOf('<svg'), markup.indexOf('</svg>') + '</svg>'.length);
  return svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}
