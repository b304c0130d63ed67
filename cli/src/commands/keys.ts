import { roleUrl } from '@cda/platform/database/roles.ts';
import { AppError } from '@cda/platform/errors.ts';
import { type OperatorKeys, openOperatorKeys } from '@cda/users';
import type { Command } from 'commander';
import { openInstallation } from '../installation.ts';
import { say } from '../terminal.ts';

/** `keys create | list | revoke`: keys of programs. */
export function registerKeys(program: Command): void {
  const keys = program.command('keys').description('make, list and revoke keys of programs');

  keys
    .command('create')
    .description('make a key and print its secret, this once, as the last line')
    .requiredOption(
      '--kind <kind>',
      'write: may only send events, and may stand in a web page; api: reads, and is a secret',
    )
    .requiredOption('--name <name>', 'a name to know it by')
    .option(
      '--scopes <scopes>',
      'scopes of an API key, separated by commas; reading without personal fields by default',
    )
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (options: { kind: string; name: string; scopes?: string; dataDir?: string }) => {
      const kind = options.kind.toUpperCase();
      if (kind !== 'WRITE' && kind !== 'API') {
        throw new AppError('CONFIG_INVALID', `There is no kind of key "${options.kind}".`, 'Choose write or api.');
      }
      const scopes = options.scopes?.split(',').map((scope) => scope.trim());
      await withKeys(options.dataDir, async (open) => {
        const outcome = await open.create({ kind, name: options.name, ...(scopes ? { scopes } : {}) });
        if (!('secret' in outcome))
          throw new AppError('CONFIG_INVALID', outcome.message, 'See npm run keys -- create --help.');
        say(`Key "${outcome.key.name}" with ${outcome.key.scopes.join(', ')}. It is shown this once:`);
        process.stdout.write(`${outcome.secret}\n`);
      });
    });

  keys
    .command('list')
    .description('all keys, newest first')
    .option('--data-dir <folder>', 'folder of the installation')
    .action((options: { dataDir?: string }) =>
      withKeys(options.dataDir, async (open) => {
        const all = await open.list();
        if (all.length === 0) say('There are no keys yet. Make one: npm run keys -- create --kind write --name NAME');
        for (const { id, name, kind, prefix, scopes, revokedAt } of all) {
          const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : scopes.join(', ');
          process.stdout.write(`${id}  ${kind.padEnd(5)}  ${prefix}…  ${name}  ${state}\n`);
        }
      }),
    );

  keys
    .command('revoke')
    .description('take a key away, at once')
    .argument('<id>', 'its id, as the list shows it')
    .option('--data-dir <folder>', 'folder of the installation')
    .action((id: string, options: { dataDir?: string }) =>
      withKeys(options.dataDir, async (open) => {
        const key = await open.revoke(id);
        if (!key) throw new AppError('NOT_FOUND', `There is no key ${id}.`, 'See npm run keys -- list.');
        say(`Key "${key.name}" lets nobody in any more.`);
      }),
    );
}

async function withKeys(dataDir: string | undefined, work: (keys: OperatorKeys) => Promise<void>): Promise<void> {
  await using installation = await openInstallation(dataDir === undefined ? {} : { dataDir });
  // Where nothing runs, the tables may not be there yet.
  if (!installation.running) await installation.system();
  await using keys = await openOperatorKeys(
    roleUrl(installation.adminUrl, installation.secrets.internalSecret, 'cda_users'),
  );
  await work(keys);
}
