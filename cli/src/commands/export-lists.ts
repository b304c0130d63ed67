import { resolve } from 'node:path';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { AppError } from '@cda/platform/errors.ts';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { exportPlacements, type ListFile, writeListFile } from '@cda/standalone/export-lists.ts';
import type { Command } from 'commander';
import { openInstallation } from '../installation.ts';
import { count, createProgress, seconds } from '../terminal.ts';
import { followProjections } from '../wait.ts';

interface ExportOptions {
  placement: string;
  out: string;
  limit: string;
  dataDir?: string;
}

/** `export-lists`: the recommendations of all customers as a file, for a sender of e-mails. */
export function registerExportLists(program: Command): void {
  program
    .command('export-lists')
    .description('write the recommendations of all customers into a file of JSON lines')
    .option('--placement <name>', `where they are shown: ${exportPlacements.join(', ').toLowerCase()}`, 'email')
    .option('--out <file>', 'the file; packed where its name ends in .gz', 'lists.jsonl.gz')
    .option('--limit <items>', 'items of a list, 1 to 100', '10')
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (options: ExportOptions) => {
      const placement = options.placement.toUpperCase().replaceAll('-', '_') as ListFile['placement'];
      if (!exportPlacements.includes(placement)) {
        throw new AppError(
          'CONFIG_INVALID',
          `There is no placement ${options.placement}.`,
          `Choose one of ${exportPlacements.join(', ').toLowerCase()}.`,
        );
      }
      await using installation = await openInstallation(options);
      // A running system keeps its read models up to date itself; otherwise what came in since must be folded in first.
      if (!installation.running) await followProjections(installation);
      const progress = createProgress('Exporting');
      const startedAt = performance.now();
      const path = resolve(process.env['CDA_WORKING_FOLDER'] ?? '.', options.out);
      const lists = await writeListFile({
        path,
        placement,
        limit: Number(options.limit),
        databaseUrl: roleUrl(installation.adminUrl, installation.secrets.internalSecret, 'cda_recommendations'),
        log: silentLog,
        progress: (done, of) => progress.show(done / of, `${count(done)} of ${count(of)}`),
      });
      progress.end(`done: ${count(lists)} lists in ${seconds(performance.now() - startedAt)}, in ${path}`);
    });
}
