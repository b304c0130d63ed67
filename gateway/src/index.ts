import './no-telemetry.ts';

export type { GatewayConfig, HealthPart, InProcessSubgraph } from './config.ts';
export type { Gateway } from './gateway.ts';
export { startGateway } from './gateway.ts';
