import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  createTraceState,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Log } from './log.ts';
import { recordSql } from './sql-spans.ts';
import type { OpenSpan, SpanOptions, TraceRecorder } from './tracing.ts';

/** How long an end waits for the last spans to be taken, in milliseconds. */
const lastSendMs = 3_000;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/**
 * Records spans by OpenTelemetry and sends them by OTLP over HTTP. Endpoint, headers, sampler and batches go by the standard
 * variables (`OTEL_…`), which the packages read themselves. Nothing is registered globally: libraries that would trace on their
 * own find no tracer, so a trace holds what this code says and nothing else.
 */
export function createTraceRecorder({
  service,
  env,
  log,
}: {
  service: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
}): TraceRecorder {
  const warn = (message: string) => log.warn({ fault: message }, 'traces could not be sent');
  diag.setLogger(
    { error: warn, warn, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new BasicTracerProvider({
    resource: new Resource({
      'service.name': env['OTEL_SERVICE_NAME'] || service,
      'service.namespace': 'customer-data-analytics',
      'process.pid': process.pid,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('customer-data-analytics');
  const open = new AsyncLocalStorage<Span>();

  const parentOf = ({ headers }: SpanOptions): Context => {
    const span = open.getStore();
    const remote = headers && remoteContext(headers);
    return remote ?? (span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT);
  };

  async function inSpan<Result>(options: SpanOptions, work: (span: OpenSpan) => Promise<Result>): Promise<Result> {
    const { name, kind, attributes = {} } = options;
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parentOf(options));
    const opened: OpenSpan = {
      rename: (better) => span.updateName(better),
      set: (more) => span.setAttributes(more),
      fail: (message) => span.setStatus({ code: SpanStatusCode.ERROR, message }),
    };
    try {
      return await open.run(span, () => work(opened));
    } catch (error) {
      // Its message may hold a statement or an address; the log has it, by the request id.
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as { name?: string }).name ?? 'Error' });
      throw error;
    } finally {
      span.end();
    }
  }

  const forgetSql = recordSql({ isRecording: () => open.getStore()?.isRecording() ?? false, inSpan });

  return {
    inSpan,
    headers: () => {
      const context = open.getStore()?.spanContext();
      if (!context) return {};
      const { traceId, spanId, traceFlags, traceState } = context;
      const state = traceState?.serialize();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        ...(state ? { tracestate: state } : {}),
      };
    },
    traceId: () => open.getStore()?.spanContext().traceId,
    [Symbol.asyncDispose]: async () => {
      forgetSql();
      const patience = new AbortController();
      // What a collector that is away does not take is lost; nobody waits for it at the end.
      await Promise.race([
        provider.shutdown().catch((error: Error) => warn(error.message)),
        delay(lastSendMs, undefined, { signal: patience.signal }).catch(() => {}),
      ]);
      patience.abort();
      diag.disable();
    },
  };
}

/** The span of another process, from W3C headers; undefined where they hold none. */
function remoteContext(headers: NonNullable<SpanOptions['headers']>): Context | undefined {
  const { traceparent, tracestate } = headers;
  const parts = typeof traceparent === 'string' && /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent);
  if (!parts || /^0+$/.test(parts[1] ?? '') || /^0+$/.test(parts[2] ?? '')) return undefined;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parts[1] as string,
    spanId: parts[2] as string,
    traceFlags: Number.parseInt(parts[3] as string, 16) & 1,
    isRemote: true,
    ...(typeof tracestate === 'string' && tracestate.length <= 512 ? { traceState: createTraceState(tracestate) } : {}),
  });
}
