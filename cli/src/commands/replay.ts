import { AppError } from '@cda/platform/errors.ts';
import { type SubgraphName, subgraphNames } from '@cda/platform/graph/type-defs.ts';
import type { Command } from 'commander';
import { openInstallation } from '../installation.ts';
import { count, createProgress, seconds } from '../terminal.ts';

/** `replay`: builds every projection anew from the log. */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('build every projection anew from the log')
    .option('--subgraph <name>', `only of one of ${subgraphNames.join(', ')}`)
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (options: { subgraph?: string; dataDir?: string }) => {
      const named = options.subgraph;
      if (named !== undefined && !subgraphNames.includes(named as SubgraphName)) {
        throw new AppError(
          'CONFIG_INVALID',
          `There is no subgraph ${named}.`,
          `Choose one of ${subgraphNames.join(', ')}.`,
        );
      }
      await using installation = await openInstallation(options);
      const system = await installation.system();
      for (const name of named ? [named as SubgraphName] : subgraphNames) {
        const progress = createProgress(`Replaying ${name}`);
        const startedAt = performance.now();
        let total = 0;
        await system.subgraphs[name].projector.replay((done, of) => {
          total = of;
          progress.show(done / of, '');
        });
        progress.end(`done: ${count(total)} events × projections in ${seconds(performance.now() - startedAt)}`);
      }
    });
}
