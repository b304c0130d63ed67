/** Asks the part of this container whether it lives: exit code 0 where it does. */
const port = process.env.PORT ?? '4000';
const response = await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(3_000) }).catch(
  () => undefined,
);
process.exit(response?.ok ? 0 : 1);
