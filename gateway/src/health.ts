import type { HealthPart } from './config.ts';

/** What `/health/ready` answers. */
export interface Readiness {
  status: 'ready' | 'degraded' | 'not ready' | 'draining';
  parts: Record<string, HealthPart>;
}

const patienceMs = 2_000;

/** Asks every part how it does, side by side; one that throws or takes longer than 2 s is down. */
export async function checkReadiness(
  parts: Readonly<Record<string, () => Promise<HealthPart>>>,
  draining: boolean,
): Promise<Readiness> {
  const answers = await askParts(parts);
  const statuses = Object.values(answers).map(({ status }) => status);
  const status = draining
    ? 'draining'
    : statuses.includes('down')
      ? 'not ready'
      : statuses.includes('degraded')
        ? 'degraded'
        : 'ready';
  return { status, parts: answers };
}

/** Every part's own answer; one that throws or takes longer than 2 s is down. */
export async function askParts(
  parts: Readonly<Record<string, () => Promise<HealthPart>>>,
): Promise<Record<string, HealthPart>> {
  const answers = await Promise.all(
    Object.entries(parts).map(async ([name, check]) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<HealthPart>((resolve) => {
        timer = setTimeout(() => resolve({ status: 'down', reason: 'no answer in time' }), patienceMs);
      });
      // What exactly is wrong stands in the log of the part; this page is open to all.
      const answer = await Promise.race([check().catch((): HealthPart => ({ status: 'down', reason: 'fails' })), late]);
      clearTimeout(timer);
      return [name, answer] as const;
    }),
  );
  return Object.fromEntries(answers);
}
