/**
 * Every part as its own process under one supervisor: `npm run services`. The same code as `npm start` by another
 * configuration; options and data folder are the same too.
 */
import './no-telemetry.ts';
import { announce } from './announce.ts';
import { explain } from './explain.ts';
import { checkPort } from './public-port.ts';
import { readStartOptions } from './start-options.ts';
import { jsonSteps, plainSteps } from './steps.ts';
import { interrupted, listenForStop } from './stop-requests.ts';

const json = process.argv.includes('--json');
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  const startedAt = performance.now();
  const stop = listenForStop('Stopped at once. PostgreSQL may still run; the next start takes it over.');
  let failed = false;
  // A fault that nobody caught: what runs is stopped in order, so that no data is cut off in the middle.
  process.on('uncaughtException', (error) => {
    failed = true;
    explain(error, json);
    stop.request('a fault');
  });
  try {
    const options = readStartOptions(process.argv.slice(2), process.env, 'npm run services');
    if ('text' in options) {
      console.log(options.text);
      return 0;
    }
    const steps = options.json ? jsonSteps(process.stdout) : plainSteps(process.stdout);
    await checkPort(options.port, options.host);
    // Loaded here: whoever mistyped an option does not wait for all of it.
    const { startServices } = await import('./parts/start-services.ts');
    const services = await startServices(options, steps, stop.signal);
    await announce(services, options, performance.now() - startedAt);
    services.showLogs();
    const reason = await stop.requested;
    if (!json) console.log(`${process.stdout.isTTY ? '\r' : ''}Stopping (${reason}) …`);
    await services[Symbol.asyncDispose]();
    console.log(json ? JSON.stringify({ event: 'stopped', reason }) : 'Stopped. All data is kept.');
    return failed ? 1 : 0;
  } catch (error) {
    if (!stop.signal.aborted) {
      explain(error, json);
      return 1;
    }
    console.log(json ? JSON.stringify({ event: 'stopped', reason: 'during the start' }) : 'Stopped during the start.');
    return interrupted;
  }
}
