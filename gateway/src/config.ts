import type { Secrets } from '@cda/platform/auth/secrets.ts';
import type { SubgraphName } from '@cda/platform/graph/type-defs.ts';
import type { LiveMessage } from '@cda/platform/live/live-message.ts';
import type { Log } from '@cda/platform/telemetry/log.ts';
import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { OperationLimits } from './guards/limits.ts';
import type { Rate } from './guards/rate-limit.ts';
import type { LiveLimits } from './live/live-limits.ts';
import type { OidcConfig } from './who/oidc/oidc-config.ts';

/** One call of a subgraph, with the headers that it would have over HTTP. */
export interface SubgraphCall {
  document: DocumentNode;
  variables: Record<string, unknown>;
  operationName: string | undefined;
  headers: Readonly<Record<string, string>>;
  /** Fires when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** A subgraph in the same process, called without a socket. It checks the identity header like one that is far away. */
export interface InProcessSubgraph {
  name: SubgraphName;
  execute(call: SubgraphCall): Promise<ExecutionResult>;
  /** Opens the stream of a subscription; a subgraph without any needs none. */
  subscribe?(
    call: SubgraphCall & { lastPosition: string | undefined },
  ): Promise<AsyncIterable<LiveMessage<readonly GraphQLError[]>> | ExecutionResult>;
}

/** How a part of the system does. `down` takes the gateway out of service, `degraded` only tells. */
export interface HealthPart {
  status: 'up' | 'degraded' | 'down';
  [detail: string]: unknown;
}

/** Other processes that serve the same address. */
export interface Siblings {
  /** Tells them that something was changed. */
  forget(): void;
  /** Called when one of them tells so. */
  onForget(listener: () => void): void;
  /** The figures of all of them, in Prometheus' terms. */
  figures(): Promise<string>;
}

/** Which operations are taken from whom. */
export interface OperationPolicy {
  /**
   * `scoped`: what is not listed needs the scope `operations:any`, which analysts and administrators have and keys can be given.
   * `listed`: what is not listed is taken from nobody.
   */
  mode: 'any' | 'scoped' | 'listed';
  /** The operations that the dashboard and the bot ship with. */
  listed: readonly DocumentNode[];
  /** Only tells in the log what would be refused. */
  logOnly?: boolean;
}

export interface GatewayConfig {
  /** 0 takes any free port. */
  port: number;
  host: string;
  supergraphPath: string;
  subgraphs: Readonly<Record<SubgraphName, InProcessSubgraph | { url: string }>>;
  secrets: Pick<Secrets, 'internalSecret' | 'botKey' | 'access'>;
  /** Folder of the built pages; without one the gateway answers the graph only. */
  webRoot?: string;
  production: boolean;
  log: Log;
  /** Parts that `/health/ready` shows, each by name. A part that throws or takes longer than 2 s is down. */
  health?: Readonly<Record<string, () => Promise<HealthPart>>>;
  /** Origins of other sites whose pages may call the graph, or `*`. Cookies are never taken from them. */
  allowedOrigins?: readonly string[];
  /** An identity provider that people may sign in by, beside their password. */
  oidc?: OidcConfig;
  /** Whether cookies carry `Secure`; in production they do unless told otherwise. */
  secureCookies?: boolean;
  /** How often a new supergraph is looked for in its file, in milliseconds; 0 never. */
  supergraphCheckMs?: number;
  /** Which executor runs query plans; `stock` is Apollo's, slower and the judge of the other. */
  executor?: 'own' | 'stock';
  /** Which operations are taken; any where this is left out. */
  operations?: OperationPolicy;
  /** Limits on one operation that differ from the standard ones. */
  limits?: Partial<OperationLimits>;
  /** Rate of requests by caller (or by address where the caller is not known). */
  rate?: Rate;
  /** Rate of requests at the event door by key. */
  collectRate?: Rate;
  /** Rate of sign-ins by address. */
  signInRate?: Rate;
  /** Operations that run at once, and that may wait; past it 503. */
  concurrency?: { running: number; waiting: number };
  /** Longest wait for a subgraph, in milliseconds. */
  subgraphTimeoutMs?: number;
  /**
   * Address of a Redis that several gateways share for limits, kept answers and persisted operations; each keeps for itself without
   * one, and while it does not answer.
   */
  redisUrl?: string | undefined;
  /** Keeps answers as long as the SDL allows, in this much memory; nothing is kept where this is left out. */
  responseCache?: {
    mostBytes: number;
    /** What kept answers depend on besides time; asked of the analytics subgraph unless given. */
    epoch?: () => Promise<string>;
  };
  /** Limits on live results that differ from the standard ones. */
  live?: Partial<LiveLimits>;
  /** The other processes of the same address, where there are any. */
  siblings?: Siblings;
  /** How long readiness is off before connections close, in milliseconds. */
  drainMs?: number;
}
