import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** All figures of this process, in Prometheus' terms; `/metrics` prints them. */
export const registry = new Registry();

/** The figures of several processes as one text; the label `worker` tells them apart. */
export const mergeFigures = (parts: readonly object[]): Promise<string> =>
  AggregatorRegistry.aggregate([...parts]).metrics();

let processFigures = false;

/** Adds the process's own figures (memory, event loop, garbage collection) once, however many services share the process. */
export function collectProcessMetrics(): void {
  if (processFigures) return;
  processFigures = true;
  collectDefaultMetrics({ register: registry, prefix: 'cda_' });
}

// Services that share a process share its figures: what is defined already is given back.

/** A count that only grows. */
export function counter<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Counter<Label> {
  return (
    (registry.getSingleMetric(name) as Counter<Label> | undefined) ??
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] })
  );
}

/** A figure that goes up and down. */
export function gauge<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Gauge<Label> {
  return (
    (registry.getSingleMetric(name) as Gauge<Label> | undefined) ??
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  );
}

/** One value of a figure that is measured when somebody looks. */
export interface Measured<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

/** A figure that is measured each time it is looked at. A measurement that fails leaves it out. */
export function measured<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  measure: () => readonly Measured<Label>[] | Promise<readonly Measured<Label>[]>,
): Gauge<Label> {
  registry.removeSingleMetric(name);
  return new Gauge<Label>({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        for (const { labels, value } of await measure()) this.set(labels as never, value);
      } catch {
        // The database may be away just now; all other figures are told.
      }
    },
  });
}

/** Durations in seconds, in buckets from 1 ms to 10 s. */
export function durations<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Histogram<Label> {
  return (
    (registry.getSingleMetric(name) as Histogram<Label> | undefined) ??
    new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    })
  );
}
