import { type KeyboardEvent, memo, type PointerEvent, useMemo, useState } from 'react';
import { VictoryArea, VictoryAxis, VictoryChart, VictoryContainer, VictoryLine, VictoryScatter } from 'victory';
import { ChartFrame } from './ChartFrame.tsx';
import { niceTicks, tickPlaces } from './scale.ts';
import styles from './TimeSeries.module.css';

/** One place of the series. */
export interface SeriesPoint {
  label: string;
  value: number;
  /** The period compared with, at the same place; its own label. */
  before?: { label: string; value: number };
  /** The range that the value lies in, as numbers and in words: a band around the line. */
  range?: { low: number; high: number; label: string };
  /** A mark on this place, in words. */
  mark?: string;
}

interface TimeSeriesProps {
  title: string;
  description: string;
  points: readonly SeriesPoint[];
  /** Short text under the axis at a place. */
  tickLabel(index: number): string;
  formatValue(value: number): string;
  formatAxis(value: number): string;
  /** The last place is not over yet: its line is drawn broken. */
  openEnd?: boolean;
  openEndNote?: string;
  height?: number;
}

const padding = { top: 14, right: 28, bottom: 30, left: 58 };
const axisText = { fontFamily: 'var(--font)', fontSize: 11, fill: 'var(--muted)' };

/** Figures over time as a line, with the period compared with and marks. Pointer or arrow keys read single places. */
export function TimeSeries(props: TimeSeriesProps) {
  const { height = 270 } = props;
  return <ChartFrame height={height}>{(width) => <Interactive {...props} width={width} height={height} />}</ChartFrame>;
}

interface DrawingProps extends TimeSeriesProps {
  width: number;
  height: number;
}

function Interactive(props: DrawingProps) {
  const { points, width, height, title, description, formatValue } = props;
  const [place, setPlace] = useState<number | null>(null);
  const ticks = useMemo(() => valueTicks(points, height), [points, height]);
  const last = points.length - 1;
  const plotWidth = width - padding.left - padding.right;
  const plotHeight = height - padding.top - padding.bottom;
  const xAt = (index: number) => padding.left + (last === 0 ? plotWidth / 2 : (index / last) * plotWidth);
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  const yAt = (value: number) => padding.top + (1 - (value - low) / (high - low)) * plotHeight;

  function onPointerMove(event: PointerEvent<HTMLElement>) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - padding.left;
    setPlace(Math.min(last, Math.max(0, Math.round((x / plotWidth) * last))));
  }

  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined) return event.key === 'Escape' ? setPlace(null) : undefined;
    event.preventDefault();
    setPlace((now) => Math.min(last, Math.max(0, (now ?? (step > 0 ? -1 : last + 1)) + step)));
  }

  const point = place === null ? undefined : points[place];
  const left = place === null ? 0 : xAt(place);
  const tipLeft = left > width / 2 ? undefined : left + 14;
  const tipRight = left > width / 2 ? width - left + 14 : undefined;
  return (
    <div
      role="application"
      aria-roledescription={title}
      aria-label={`${title}. ${description}`}
      className={styles.frame}
      style={{ width, height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move through the points
      tabIndex={0}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setPlace(null)}
      onBlur={() => setPlace(null)}
      onKeyDown={onKeyDown}
    >
      <Drawing {...props} ticks={ticks} />
      {point && place !== null ? (
        <>
          <span className={styles.cursor} style={{ left, top: padding.top, height: plotHeight }} />
          {point.before ? (
            <span className={`${styles.dot} ${styles.dotBefore}`} style={{ left, top: yAt(point.before.value) }} />
          ) : null}
          <span className={styles.dot} style={{ left, top: yAt(point.value) }} />
          <div className={styles.tip} style={{ left: tipLeft, right: tipRight }}>
            <p className={styles.tipDate}>
              {point.label}
              {props.openEnd && place === last && props.openEndNote ? ` · ${props.openEndNote}` : ''}
            </p>
            <p className={styles.tipRow}>
              <span className={styles.swatch} style={{ background: 'var(--series-1)' }} />
              <strong>{formatValue(point.value)}</strong>
            </p>
            {point.before ? (
              <>
                <p className={`${styles.tipDate}`}>{point.before.label}</p>
                <p className={`${styles.tipRow} ${styles.tipBefore}`}>
                  <span className={styles.swatch} style={{ background: 'var(--series-2)' }} />
                  {formatValue(point.before.value)}
                </p>
              </>
            ) : null}
            {point.range ? <p className={styles.tipBefore}>{point.range.label}</p> : null}
            {point.mark ? <p className={styles.tipNote}>{point.mark}</p> : null}
          </div>
        </>
      ) : null}
      <span className="visually-hidden" aria-live="polite">
        {point ? `${point.label}: ${formatValue(point.value)}${point.mark ? `. ${point.mark}` : ''}` : ''}
      </span>
    </div>
  );
}

function valueTicks(points: readonly SeriesPoint[], height: number): number[] {
  const values = points.flatMap(({ value, before, range }) => [
    value,
    ...(before ? [before.value] : []),
    ...(range ? [range.low, range.high] : []),
  ]);
  return niceTicks(Math.min(...values, 0), Math.max(...values, 0), Math.max(2, Math.floor(height / 64)));
}

/** The part that does not change while a pointer moves over it. */
const Drawing = memo(function Drawing({
  points,
  width,
  height,
  ticks,
  title,
  description,
  tickLabel,
  formatAxis,
  openEnd,
}: DrawingProps & { ticks: number[] }) {
  const last = points.length - 1;
  const line = points.map(({ value }, x) => ({ x, y: value }));
  const before = points.flatMap((point, x) => (point.before ? [{ x, y: point.before.value }] : []));
  const marks = points.flatMap(({ value, mark }, x) => (mark ? [{ x, y: value }] : []));
  const closed = openEnd && last > 0 ? line.slice(0, last) : line;
  const band = points.flatMap(({ range }, x) => (range ? [{ x, y: range.high, y0: range.low }] : []));
  const dots = last === 0 ? line : [];
  const stroke = {
    stroke: 'var(--series-1)',
    strokeWidth: 2,
    strokeLinejoin: 'round',
    strokeLinecap: 'round',
  } as const;
  return (
    <VictoryChart
      width={width}
      height={height}
      padding={padding}
      domain={{ x: last === 0 ? [-1, 1] : [0, last], y: [ticks[0] ?? 0, ticks.at(-1) ?? 1] }}
      containerComponent={
        <VictoryContainer responsive={false} title={title} desc={description} style={{ touchAction: 'pan-y' }} />
      }
    >
      <VictoryAxis
        dependentAxis
        tickValues={ticks}
        tickFormat={formatAxis}
        style={{
          axis: { stroke: 'none' },
          // The zero line is the baseline, wherever it lies: refunds may take a week below it.
          grid: { stroke: ({ tick }) => (tick === 0 ? 'var(--line-strong)' : 'var(--line)'), strokeWidth: 1 },
          ticks: { stroke: 'none' },
          tickLabels: { ...axisText, padding: 8 },
        }}
      />
      <VictoryAxis
        tickValues={tickPlaces(points.length, Math.floor((width - padding.left) / (width < 480 ? 64 : 90)))}
        tickFormat={tickLabel}
        offsetY={padding.bottom}
        style={{
          axis: { stroke: 'none' },
          ticks: { stroke: 'none' },
          tickLabels: { ...axisText, padding: 8 },
        }}
      />
      {band.length > 1 ? (
        <VictoryArea data={band} style={{ data: { fill: 'var(--series-1)', fillOpacity: 0.16, stroke: 'none' } }} />
      ) : (
        <VictoryArea data={closed} style={{ data: { fill: 'var(--series-1)', fillOpacity: 0.08, stroke: 'none' } }} />
      )}
      {before.length > 1 ? (
        <VictoryLine
          data={before}
          style={{ data: { stroke: 'var(--series-2)', strokeWidth: 1.5, strokeDasharray: '4 4' } }}
        />
      ) : null}
      {closed.length > 1 ? <VictoryLine data={closed} style={{ data: stroke }} /> : null}
      {openEnd && last > 0 ? (
        <VictoryLine data={line.slice(-2)} style={{ data: { ...stroke, strokeDasharray: '1 5' } }} />
      ) : null}
      {dots.length > 0 ? <VictoryScatter data={dots} size={4} style={{ data: { fill: 'var(--series-1)' } }} /> : null}
      {marks.length > 0 ? (
        <VictoryScatter
          data={marks}
          size={5}
          style={{ data: { fill: 'var(--surface)', stroke: 'var(--anomaly)', strokeWidth: 2.5 } }}
        />
      ) : null}
    </VictoryChart>
  );
});
