import type { Log } from './log.ts';

export type SpanAttributes = Record<string, string | number | boolean>;

/** A span that is open; what is learnt while it runs is written on it. */
export interface OpenSpan {
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** Marks it as failed, in words that hold nothing personal. */
  fail(message: string): void;
}

export interface SpanOptions {
  name: string;
  /** Who calls whom: `server` answers a request, `client` makes one, `internal` is neither. */
  kind: 'server' | 'client' | 'internal';
  attributes?: SpanAttributes;
  /** Headers of the request that caused it: its W3C `traceparent` is the parent. Without them the span that is open here is. */
  headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** What records spans, where somebody wants them. */
export interface TraceRecorder extends AsyncDisposable {
  inSpan<Result>(options: SpanOptions, work: (span: OpenSpan) => Promise<Result>): Promise<Result>;
  /** W3C headers that hand the open span on to another process. */
  headers(): Record<string, string>;
  /** Id of the trace that is open here. */
  traceId(): string | undefined;
}

let recorder: TraceRecorder | undefined;

/**
 * Begins to record traces where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) names a collector.
 * OpenTelemetry is loaded only then. Disposing sends what is left.
 */
export async function startTracing(options: {
  service: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
}): Promise<AsyncDisposable> {
  const { env } = options;
  if (!(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) || recorder) {
    return { [Symbol.asyncDispose]: async () => {} };
  }
  const { createTraceRecorder } = await import('./open-telemetry.ts');
  const started = createTraceRecorder(options);
  recorder = started;
  return {
    [Symbol.asyncDispose]: async () => {
      recorder = undefined;
      await started[Symbol.asyncDispose]();
    },
  };
}

/** Does `work` within a span of its own; where nothing is recorded it is just done. */
export const inSpan = <Result>(
  options: SpanOptions,
  work: (span: OpenSpan | undefined) => Promise<Result>,
): Promise<Result> => (recorder ? recorder.inSpan(options, work) : work(undefined));

/** Headers that hand the open span on; none where nothing is recorded. */
export const traceHeaders = (): Record<string, string> => recorder?.headers() ?? {};

/** Id of the trace that is open here, for the log. */
export const currentTraceId = (): string | undefined => recorder?.traceId();
