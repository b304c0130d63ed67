import type { GatewayConfig } from '@cda/gateway';

/** Memory for kept answers, as the gateway takes it; 0 keeps none. */
export const toResponseCache = (megabytes: number): Pick<GatewayConfig, 'responseCache'> =>
  megabytes > 0 ? { responseCache: { mostBytes: megabytes * 2 ** 20 } } : {};
