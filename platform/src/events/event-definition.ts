import type { z } from 'zod';

/** One kind of event: what its properties must look like, under which other names it arrives, and what it feeds. */
export interface EventDefinition {
  /** Canonical name, as stored. */
  name: string;
  /** Version of the shape; raised when a field changes its meaning. */
  version: number;
  /** Names under which GA4 sends it. */
  ga4?: readonly string[];
  /** Shape of the properties after normalisation of names, before money is turned into minor units. */
  properties: z.ZodType;
  /** Read models that use it, in a few words, for the documentation. */
  feeds: string;
  /** Whether the event is about the catalogue and needs no customer. */
  catalogue?: boolean;
  /** Whether the platform alone writes it: refused from senders. */
  own?: boolean;
}

/** Declares an event. The catalogue in `catalogue.ts` is the list of all of them. */
export const defineEvent = (definition: EventDefinition): EventDefinition => definition;
