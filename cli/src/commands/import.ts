import { resolve } from 'node:path';
import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { AppError } from '@cda/platform/errors.ts';
import { clearShop, readShopState, requireReadyShop, setShop } from '@cda/standalone/shop-data.ts';
import type { Command } from 'commander';
import { formats } from '../import/formats/index.ts';
import { type ImportSummary, importFile } from '../import/import-file.ts';
import type { ImportFormat } from '../import/import-format.ts';
import { type Installation, openInstallation } from '../installation.ts';
import { confirm, count, createProgress, say, seconds } from '../terminal.ts';
import { followProjections, trainModels } from '../wait.ts';

interface Options {
  format?: string;
  map?: Record<string, string>;
  replaceDemo?: boolean;
  currency?: string;
  timeZone?: string;
  train: boolean;
  json?: boolean;
  dataDir?: string;
}

function collectMap(pair: string, map: Record<string, string> = {}): Record<string, string> {
  const at = pair.lastIndexOf('=');
  if (at < 1 || at === pair.length - 1) {
    throw new AppError(
      'CONFIG_INVALID',
      `--map ${pair} is not of the form column=field.`,
      'Write it like --map "Order no"=order_id.',
    );
  }
  return { ...map, [pair.slice(0, at)]: pair.slice(at + 1) };
}

/** `import FILE`: takes a file in. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description('take in a file of orders, products or events (CSV, plain or gzip)')
    .argument('<file>')
    .option(
      '--format <name>',
      `one of ${formats.map((format) => format.name).join(', ')}; found from the header by default`,
    )
    .option('--map <column=field>', 'which column of the file is which field; may be given more than once', collectMap)
    .option('--replace-demo', 'take the demo shop out first')
    .option('--currency <code>', "currency of prices that name none (sets the shop's)")
    .option('--time-zone <name>', "time zone of times without an offset (sets the shop's)")
    .option('--no-train', 'do not fit the models afterwards')
    .option('--json', 'print the summary as JSON')
    .option('--data-dir <folder>', 'folder of the installation')
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  await using installation = await openInstallation({ ...options, mayBegin: true });
  // Brings the database up to date where no running system has done so.
  if (!installation.running) await installation.system();
  const pool = createPool(roleUrl(installation.adminUrl, installation.secrets.internalSecret, 'cda_analytics'), {
    name: 'import',
    statementTimeoutMs: 0,
  });
  const stopping = new AbortController();
  const stop = (): void =>
    stopping.abort(
      new AppError('IMPORT_REFUSED', 'Stopped.', 'Run the same command again: it goes on where it stopped.'),
    );
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const startedAt = performance.now();
  const progress = createProgress('Importing');
  try {
    const summary = await importFile({
      // npm runs scripts from the project's folder; the file is named from where the person stands.
      path: resolve(process.env['CDA_WORKING_FOLDER'] ?? '.', file),
      ...(options.format ? { format: options.format } : {}),
      map: options.map ?? {},
      pool,
      shop: { currency: 'EUR', timeZone: 'UTC' },
      begin: (format) => prepareShop(installation, format, options),
      signal: stopping.signal,
      progress: ({ part, summary: soFar }) => progress.show(part, `${count(soFar.read)} rows`),
    });
    progress.end(`done in ${seconds(performance.now() - startedAt)}`);
    await followProjections(installation);
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    else report(summary, file);
    if (options.train && summary.events > 0) await trainModels(installation);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await pool.end();
  }
}

/** Real and demo data never mix unasked; the first data of a shop brings its settings along. */
async function prepareShop(installation: Installation, format: ImportFormat, options: Options) {
  await requireReadyShop(installation.adminUrl);
  const state = await readShopState(installation.adminUrl);
  let { name, currency, timeZone } = state;
  if (state.demo) {
    if (
      !options.replaceDemo &&
      !(await confirm('The demo shop stands here. Take it out and put this data in its place?'))
    ) {
      throw new AppError(
        'IMPORT_REFUSED',
        'The demo shop stands here, and real data does not mix with it.',
        'Add --replace-demo to put this data in its place.',
      );
    }
    name = 'My shop';
  }
  const first = state.demo || state.events === 0;
  if (first && format.shop) ({ name, currency, timeZone } = format.shop);
  currency = options.currency?.toUpperCase() ?? currency;
  timeZone = options.timeZone ?? timeZone;
  checkSettings(currency, timeZone);
  if (state.demo) {
    say('Taking the demo shop out …');
    await clearShop(installation.adminUrl);
  }
  if (first || options.currency || options.timeZone) {
    await setShop(installation.adminUrl, {
      name,
      currency,
      timeZone,
      demo: false,
      attribution: format.shop?.attribution ?? null,
    });
  }
  return { currency, timeZone };
}

function checkSettings(currency: string, timeZone: string): void {
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new AppError(
      'CONFIG_INVALID',
      `${currency} is no currency code.`,
      'Use a code of ISO 4217 such as EUR, GBP or RUB.',
    );
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new AppError('CONFIG_INVALID', `${timeZone} is no time zone.`, 'Use a name such as Europe/Berlin.');
  }
}

function report(summary: ImportSummary, file: string): void {
  const lines = [
    `${file} (${summary.format})`,
    `  read       ${count(summary.read)}`,
    `  accepted   ${count(summary.accepted)}  as ${count(summary.events)} events`,
    `  duplicate  ${count(summary.duplicate)}`,
    `  rejected   ${count(summary.rejected)}`,
    ...Object.entries(summary.reasons).map(([code, rows]) => `    ${code}  ${count(rows)}`),
    ...(summary.rejected > 0
      ? ['Every rejected row is kept with its line and reason: npm run doctor -- --quarantine']
      : []),
    ...(summary.read === 0 ? ['The file has its column names and no row below them.'] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
