import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { fromGa4Export } from '@cda/platform/events/senders/ga4-export.ts';
import { fromSegmentArchive } from '@cda/platform/events/senders/segment.ts';
import { eachRow } from '../each-row.ts';
import type { ImportFormat } from '../import-format.ts';

/** Events that Segment (or a tool that speaks its terms) archived, a JSON object a line. */
export const segment: ImportFormat = {
  name: 'segment',
  lines: 'json',
  about: 'events of a Segment archive, a JSON object a line',
  required: ['type'],
  optional: [],
  createReader: ({ refuse }) => eachRow(({ json }) => fromSegmentArchive(json) as IncomingEvent, refuse),
};

/** GA4's export to BigQuery, a JSON object a line. */
export const ga4: ImportFormat = {
  name: 'ga4',
  lines: 'json',
  about: "GA4's export to BigQuery, a JSON object a line",
  required: ['event_name', 'event_timestamp'],
  optional: [],
  createReader: ({ refuse }) => eachRow(({ json }) => fromGa4Export(json) as IncomingEvent, refuse),
};
