import { counter, gauge } from '@cda/platform/telemetry/metrics.ts';

/** Figures of live results, as `/metrics` prints them. */
export const liveFigures = {
  connections: gauge('cda_live_connections', 'Open connections for live results by way', ['way']),
  subscribers: gauge('cda_live_subscribers', 'Open subscriptions of clients'),
  streams: gauge('cda_live_streams', 'Open streams of subgraphs, each shared by all equal subscriptions', ['subgraph']),
  executions: counter(
    'cda_live_executions_total',
    'Events that were completed by the rest of a plan, once for all equal',
  ),
  sent: counter('cda_live_results_sent_total', 'Results that were handed to subscribers'),
  dropped: counter('cda_live_results_dropped_total', 'Results that did not reach a subscriber because he was too slow'),
  lost: counter('cda_live_streams_lost_total', 'Streams of subgraphs that were lost and opened again', ['subgraph']),
  closed: counter('cda_live_closed_total', 'Connections that the gateway closed or refused, by reason', ['reason']),
};
