import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One series of the Numenta Anomaly Benchmark with its labelled windows. */
export interface NabSeries {
  name: string;
  /** Milliseconds, in file order. */
  times: Float64Array;
  values: Float64Array;
  /** Rows [first, last] of each labelled window. */
  windows: [number, number][];
}

const toMs = (text: string): number => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);

/** Reads the table (`file,timestamp,value`) and the windows by file. */
export function loadNab(dataPath: string, windowsPath: string): NabSeries[] {
  const labels = JSON.parse(readFileSync(windowsPath, 'utf8')) as Record<string, [string, string][]>;
  const rows = new Map<string, { times: number[]; values: number[] }>();
  const lines = gunzipSync(readFileSync(dataPath)).toString().split('\n');
  for (const line of lines.slice(1)) {
    const [file, timestamp, value] = line.trim().split(',');
    if (!file || !timestamp) continue;
    const series = rows.get(file) ?? { times: [], values: [] };
    series.times.push(toMs(timestamp));
    series.values.push(Number(value));
    rows.set(file, series);
  }
  return [...rows].map(([name, { times, values }]) => ({
    name,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    windows: (labels[name] ?? []).map(([from, to]): [number, number] => [
      times.findIndex((time) => time >= toMs(from)),
      times.findLastIndex((time) => time <= toMs(to)),
    ]),
  }));
}
