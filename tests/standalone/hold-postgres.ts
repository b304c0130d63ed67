import { startPostgres } from '../../standalone/src/postgres/start-postgres.ts';

/** A program that starts PostgreSQL, says what it got as one line of JSON, and holds it until it is killed. */
const [dataDir, uid] = process.argv.slice(2);
if (uid !== undefined) {
  process.setgroups!([]);
  process.setgid!(Number(uid));
  process.setuid!(Number(uid));
}
try {
  const server = await startPostgres({ dataDir: dataDir! });
  const end = () => void server.stop().then(() => process.exit(0));
  // Before a word is said: whoever reads it may send the signal at once.
  process.once('SIGTERM', end);
  console.log(JSON.stringify({ url: server.url, pid: server.pid, reused: server.reused }));
  setInterval(() => undefined, 1_000);
} catch (error) {
  console.log(JSON.stringify({ name: (error as Error).name, message: (error as Error).message }));
  process.exit(1);
}
