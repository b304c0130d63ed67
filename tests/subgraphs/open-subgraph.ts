import { createIdentitySigner, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import { scopesOfRole } from '@cda/platform/auth/scopes.ts';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { acceptEvents, type Verdict } from '@cda/platform/events/accept.ts';
import type { IncomingEvent } from '@cda/platform/events/incoming-event.ts';
import { startSubgraph } from '@cda/platform/service/subgraph.ts';
import type { SubgraphDefinition } from '@cda/platform/service/subgraph-definition.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { type ExecutionResult, parse } from 'graphql';
import type { Pool } from 'pg';
import { createTestDatabase } from '../postgres-fixture.ts';
import { emptyShop, testSecret } from '../system-template.ts';

export interface OpenSubgraph extends AsyncDisposable {
  /** Pool of the subgraph's own role. */
  db: Pool;
  /** Login of the subgraph's own role. */
  databaseUrl: string;
  /** Pool of ingest's role. */
  ingest: Pool;
  projector: Awaited<ReturnType<typeof startSubgraph>>['projector'];
  /** Changes the shop's settings. */
  setShop(settings: { currency?: string; time_zone?: string; clock?: string }): Promise<void>;
  send(events: readonly IncomingEvent[]): Promise<Verdict[]>;
  /** Asks the subgraph as an admin; throws where it answers with errors. */
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** As `ask`, with the errors. */
  execute(query: string, variables?: Record<string, unknown>, scopes?: readonly string[]): Promise<ExecutionResult>;
}

/** One subgraph over an empty shop of its own. Events are folded in by `projector.catchUp()` only. */
export async function openSubgraph(definition: SubgraphDefinition): Promise<OpenSubgraph> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createTestDatabase(emptyShop));
  const url = (role: 'cda_analytics' | `cda_${typeof definition.name}`): string =>
    roleUrl(database.url, testSecret, role);
  const pool = (role: Parameters<typeof url>[0]): Pool =>
    opening.adopt(createPool(url(role), { name: 'test', statementTimeoutMs: 0 }), (open) => open.end());
  const subgraph = opening.use(
    await startSubgraph(definition, {
      databaseUrl: url(`cda_${definition.name}`),
      internalSecret: testSecret,
      log: silentLog,
      follow: false,
    }),
  );
  const ingest = pool('cda_analytics');
  const db = pool(`cda_${definition.name}`);
  const sign = createIdentitySigner(testSecret);
  const execute: OpenSubgraph['execute'] = async (query, variables, scopes = scopesOfRole('ADMIN')) => {
    const identity = await sign({ subject: 'operator:ADMIN', scopes, locale: 'EN' });
    return subgraph.execute({
      document: parse(query),
      headers: { [identityHeader]: identity },
      ...(variables ? { variables } : {}),
    });
  };
  const open = opening.move();
  return {
    db,
    databaseUrl: url(`cda_${definition.name}`),
    ingest,
    projector: subgraph.projector,
    setShop: async (settings) => {
      for (const [column, value] of Object.entries(settings)) {
        await ingest.query(`UPDATE events.shop SET ${column} = $1`, [value]);
      }
    },
    send: async (events) => {
      const { rows } = await ingest.query<{ currency: string }>('SELECT currency FROM events.shop');
      const verdicts: Verdict[] = [];
      for (let from = 0; from < events.length; from += 2_000) {
        verdicts.push(
          ...(await acceptEvents(ingest, events.slice(from, from + 2_000), {
            source: 'test',
            currency: rows[0]!.currency,
            mayChangeCatalogue: true,
          })),
        );
      }
      return verdicts;
    },
    ask: async <T>(query: string, variables?: Record<string, unknown>) => {
      const { data, errors } = await execute(query, variables);
      if (errors) throw new Error(errors.map((error) => error.message).join('\n'), { cause: errors });
      // Resolvers give objects without a prototype; tests compare with plain ones.
      return JSON.parse(JSON.stringify(data)) as T;
    },
    execute,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
