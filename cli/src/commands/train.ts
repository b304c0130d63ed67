import { AppError } from '@cda/platform/errors.ts';
import { modelTitles } from '@cda/platform/models/model-titles.ts';
import type { Command } from 'commander';
import { openInstallation } from '../installation.ts';
import { followProjections, trainModels } from '../wait.ts';

/** `train [MODEL …]`: fits models now. */
export function registerTrain(program: Command): void {
  program
    .command('train')
    .description('fit the models now')
    .argument('[models...]', `full names; all by default: ${Object.keys(modelTitles).join(', ')}`)
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (models: string[], options: { dataDir?: string }) => {
      const unknown = models.filter((model) => !Object.hasOwn(modelTitles, model));
      if (unknown.length > 0) {
        throw new AppError(
          'NOT_FOUND',
          `There is no model ${unknown.join(', ')}.`,
          `Choose from ${Object.keys(modelTitles).join(', ')}.`,
        );
      }
      await using installation = await openInstallation(options);
      if (!installation.running) await followProjections(installation);
      const good = await trainModels(installation, models.length > 0 ? models : undefined);
      if (!good) process.exitCode = 1;
    });
}
