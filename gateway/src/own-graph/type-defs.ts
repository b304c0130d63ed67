import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';

/** Name of the part of the graph that the gateway answers by itself. */
export const ownGraphName = 'gateway';

/** Its SDL. */
export const ownTypeDefs = (): DocumentNode => parse(readFileSync(join(import.meta.dirname, 'health.graphql'), 'utf8'));
