import './no-telemetry.ts';

export type { GatewayConfig, HealthPart, InProcessSubgraph, OperationPolicy, Siblings } from './config.ts';
export type { Gateway } from './gateway.ts';
export { startGateway } from './gateway.ts';
export { loadOperations } from './guards/listed-operations.ts';
export type { OidcConfig } from './who/oidc/oidc-config.ts';
