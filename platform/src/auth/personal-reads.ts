/**
 * Header by which the gateway tells a subgraph that it gathers what a request reads of personal data: the subgraph then tells the
 * reads along with its answer, and the gateway writes one line for the whole request. Without it the subgraph writes a line itself.
 */
export const gathersReadsHeader = 'x-cda-gathers-reads';

/** Adds the reads that a subgraph told in `extensions` to those of the request. */
export function gatherReads(reads: Map<string, number>, extensions: Readonly<Record<string, unknown>>): void {
  const told = extensions['personalReads'];
  if (typeof told !== 'object' || told === null) return;
  for (const [field, count] of Object.entries(told)) reads.set(field, (reads.get(field) ?? 0) + Number(count));
}

/** The audit line of a request: who read which fields how often, and nothing of what they hold. */
export const personalReadLine = (subject: string, requestId: string, reads: ReadonlyMap<string, number>) => ({
  audit: 'personal-read',
  subject,
  requestId,
  fields: [...reads].map(([field, count]) => `${field} × ${count}`),
});
