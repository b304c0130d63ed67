/**
 * One part of the system as its own process: `node standalone/src/part.ts users|products|recommendations|analytics|gateway|
 * worker|bot`, configured by environment alone (`parts/part-config.ts`). Containers and `npm run services` run it.
 */
import './no-telemetry.ts';
import { AppError } from '@cda/platform/errors.ts';
import { explain } from './explain.ts';
import { type PartName, partNames } from './parts/part-config.ts';
import { startPart } from './parts/start-part.ts';
import { listenForStop } from './stop-requests.ts';

process.exitCode = await main(process.argv[2] ?? '');
process.exit();

async function main(name: string): Promise<number> {
  const stop = listenForStop(`The part "${name}" stopped at once.`);
  try {
    if (!partNames.includes(name as PartName)) {
      throw new AppError('CONFIG_INVALID', `There is no part "${name}".`, `Name one of: ${partNames.join(', ')}.`);
    }
    const part = await startPart(name as PartName, process.env);
    part.log.info({ port: part.port }, 'ready');
    process.send?.({ port: part.port });
    const reason = await stop.requested;
    part.log.info({ reason }, 'stopping');
    await part[Symbol.asyncDispose]();
    await new Promise<void>((resolve) => part.log.flush(() => resolve()));
    return 0;
  } catch (error) {
    explain(error, false);
    return 1;
  }
}
