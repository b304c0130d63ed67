import type { GatewayConfig } from '@cda/gateway';
import { createIdentityVerifier, identityHeader } from '@cda/platform/auth/internal-identity.ts';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import type { LiveMessage } from '@cda/platform/live/live-message.ts';
import type { GraphQLError } from 'graphql';
import { type GraphPart, links, openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';

type Message = LiveMessage<readonly GraphQLError[]>;

/** A stream of the analytics part that a test feeds by hand. */
export interface HandFed {
  /** What was asked for. */
  fields: string;
  variables: Record<string, unknown>;
  lastPosition: string | undefined;
  subject: string;
  send(message: Message): void;
  /** The stream is lost. */
  lose(): void;
  /** Nobody reads it any more. */
  over: boolean;
}

export interface HandFedGraph extends SmallGraph {
  streams: HandFed[];
  /** The stream that was opened as the n-th, once it has been. */
  stream(index: number): Promise<HandFed>;
  /** Refuses to open streams while it is set. */
  away: boolean;
  /** Says something that happened to everybody who reads `said`. */
  say(text: string, position?: string): void;
}

const customer = (id: string) => ({ __typename: 'Customer', id, name: `Customer ${id}`, email: `${id}@shop.example` });

const parts: Record<SubgraphName, GraphPart> = {
  analytics: {
    sdl: `${links}
      type Query { shop: String @authenticated }
      type Subscription {
        said(after: String): String @requiresScopes(scopes: [["analytics:read"]])
        moved(id: ID): Customer @requiresScopes(scopes: [["customers:read"]])
        standing: String @requiresScopes(scopes: [["analytics:read"]])
      }
      type Customer @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Query: { shop: () => 'Shop' } },
  },
  users: {
    sdl: `${links}
      type Query { one: Int @authenticated }
      type Mutation { two: Int @authenticated }
      type Customer @key(fields: "id") {
        id: ID!
        name: String
        email: String @requiresScopes(scopes: [["personal:read"]])
      }`,
    resolvers: {
      Query: { one: () => 1 },
      Mutation: { two: () => 2 },
      Customer: { __resolveReference: ({ id }: { id: string }) => customer(id) },
    },
  },
  products: { sdl: `${links} type Query { three: Int @authenticated }`, resolvers: { Query: { three: () => 3 } } },
  recommendations: { sdl: `${links} type Query { four: Int @authenticated }`, resolvers: { Query: { four: () => 4 } } },
};

/** A small graph with subscriptions whose events the test makes. */
export async function openHandFedGraph(gateway: Partial<GatewayConfig> = {}): Promise<HandFedGraph> {
  const small = await openSmallGraph({ parts, gateway: { subgraphTimeoutMs: 2_000, ...gateway } });
  const verify = createIdentityVerifier(small.secrets.internalSecret);
  const streams: HandFed[] = [];
  const waiting: (() => void)[] = [];
  const graph: HandFedGraph = Object.assign(small, {
    streams,
    away: false,
    stream: async (index: number) => {
      while (streams.length <= index) await new Promise<void>((resolve) => waiting.push(resolve));
      return streams[index] as HandFed;
    },
    say: (text: string, position?: string) => {
      const open = streams.filter(({ over, fields }) => !over && fields.includes('said'));
      for (const { send } of open) send({ result: { data: { said: text } }, ...(position ? { position } : {}) });
    },
  });
  small.subgraphs.analytics.subscribe = async ({ document, variables, headers, signal, lastPosition }) => {
    const identity = await verify(headers[identityHeader]);
    if (!identity) throw new Error('Nobody signed this.');
    if (graph.away) throw new Error('connect ECONNREFUSED 10.0.0.7:4004');
    const queue: (Message | 'lost')[] = [];
    let wake = (): void => {};
    const put = (message: Message | 'lost'): void => {
      queue.push(message);
      wake();
    };
    const stream: HandFed = {
      fields: document.loc?.source.body ?? JSON.stringify(document),
      variables,
      lastPosition,
      subject: identity.subject,
      send: put,
      lose: () => put('lost'),
      over: false,
    };
    streams.push(stream);
    for (const resolve of waiting.splice(0)) resolve();
    signal.addEventListener('abort', () => {
      stream.over = true;
      wake();
    });
    return (async function* () {
      try {
        while (!signal.aborted) {
          const message = queue.shift();
          if (message === 'lost') throw new Error('socket hang up');
          if (message) yield message;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        stream.over = true;
      }
    })();
  };
  return graph;
}
