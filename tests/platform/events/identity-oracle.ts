/** What was seen or said about who is who, as the log tells it. */
export interface Sayings {
  /** Anonymous key, user's key, and the stamp of the event. */
  edges: readonly { anonymousKey: string; userKey: string; stamp: string }[];
  merges: readonly { mergeId: string; from: string; into: string }[];
  undone: ReadonlySet<string>;
}

/**
 * Who is who by the definition, from everything at once: for each key that stands for another customer, that customer's key.
 * Shares no code with the projection and takes no care of cost.
 */
export function canonicalKeys({ edges, merges, undone }: Sayings, mostAnonymousIds: number): Map<string, string> {
  const smaller = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const usersOf = new Map<string, Set<string>>();
  const firstSeen = new Map<string, Map<string, string>>();
  for (const { anonymousKey, userKey, stamp } of edges) {
    usersOf.set(anonymousKey, (usersOf.get(anonymousKey) ?? new Set()).add(userKey));
    const devices = firstSeen.get(userKey) ?? new Map<string, string>();
    const before = devices.get(anonymousKey);
    if (before === undefined || stamp < before) devices.set(anonymousKey, stamp);
    firstSeen.set(userKey, devices);
  }
  const active = merges.filter(({ mergeId }) => !undone.has(mergeId));
  const parents = new Map<string, Set<string>>();
  const tie = (child: string, parent: string): void => {
    parents.set(child, (parents.get(child) ?? new Set()).add(parent));
  };
  for (const { from, into } of active) tie(from, into);
  for (const [userKey, devices] of firstSeen) {
    const first = [...devices]
      .sort(([keyA, stampA], [keyB, stampB]) => smaller(stampA, stampB) || smaller(keyA, keyB))
      .slice(0, mostAnonymousIds);
    for (const [anonymousKey] of first) {
      const alone = usersOf.get(anonymousKey)!.size === 1;
      if (alone && !active.some(({ from }) => from === anonymousKey)) tie(anonymousKey, userKey);
    }
  }
  const neighbours = new Map<string, Set<string>>();
  for (const [child, own] of parents) {
    for (const parent of own) {
      neighbours.set(child, (neighbours.get(child) ?? new Set()).add(parent));
      neighbours.set(parent, (neighbours.get(parent) ?? new Set()).add(child));
    }
  }
  const answer = new Map<string, string>();
  const seen = new Set<string>();
  for (const start of neighbours.keys()) {
    if (seen.has(start)) continue;
    const group: string[] = [];
    const waiting = [start];
    seen.add(start);
    while (waiting.length > 0) {
      const key = waiting.pop()!;
      group.push(key);
      for (const next of neighbours.get(key)!) {
        if (seen.has(next)) continue;
        seen.add(next);
        waiting.push(next);
      }
    }
    const ends = group.filter((key) => !parents.has(key));
    const candidates = ends.length > 0 ? ends : group;
    const users = candidates.filter((key) => key.startsWith('u:'));
    const canonical = [...(users.length > 0 ? users : candidates)].sort(smaller)[0]!;
    for (const key of group) if (key !== canonical) answer.set(key, canonical);
  }
  return answer;
}
