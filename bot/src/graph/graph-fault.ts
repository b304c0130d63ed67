/** Why the graph gave no answer, as far as it matters to the person who asked. */
export type GraphFaultKind = 'UNREACHABLE' | 'BUSY' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'UNEXPECTED';

/** The graph gave no answer. The message is for the log and holds no token. */
export class GraphFault extends Error {
  readonly kind: GraphFaultKind;

  constructor(kind: GraphFaultKind, message: string) {
    super(message);
    this.name = 'GraphFault';
    this.kind = kind;
  }
}

/** Kind of a fault by the stable code in a GraphQL error's extensions. */
export function kindOfCode(code: unknown): GraphFaultKind {
  switch (code) {
    case 'UNAUTHENTICATED':
      return 'UNAUTHENTICATED';
    case 'FORBIDDEN':
      return 'FORBIDDEN';
    case 'RATE_LIMITED':
    case 'TOO_MANY_REQUESTS':
    case 'OVERLOADED':
      return 'BUSY';
    case 'SUBGRAPH_UNAVAILABLE':
    case 'SERVICE_UNAVAILABLE':
    case 'TIMEOUT':
      return 'UNREACHABLE';
    default:
      return 'UNEXPECTED';
  }
}
