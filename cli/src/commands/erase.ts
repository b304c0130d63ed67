import { createPool } from '@cda/platform/database/pool.ts';
import { roleUrl } from '@cda/platform/database/roles.ts';
import { AppError } from '@cda/platform/errors.ts';
import { type AfterErasure, type ErasureMode, verifyErasure } from '@cda/platform/events/erase.ts';
import { erasePeople } from '@cda/users';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import { openInstallation } from '../installation.ts';
import { confirm, count, say } from '../terminal.ts';

const modes: Readonly<Record<string, ErasureMode>> = { wipe: 'WIPE', 'keep-totals': 'KEEP_TOTALS' };
const afterwards: Readonly<Record<string, AfterErasure>> = { refuse: 'REFUSE', 'new-customer': 'NEW_CUSTOMER' };

interface EraseOptions {
  mode: string;
  afterwards: string;
  unknown?: boolean;
  yes?: boolean;
  dataDir?: string;
}

/** `erase`: erases customers from the log and from everything that was made of it, and says whether they are gone. */
export function registerErase(program: Command): void {
  program
    .command('erase')
    .description('erase customers, with all ids that are the same person; it cannot be taken back')
    .argument('<ids...>', "the shop's own ids; an anonymous id with a: in front")
    .option('--mode <mode>', 'wipe: nothing is left; keep-totals: amounts stay as nobody’s', 'wipe')
    .option('--afterwards <what>', 'later events of theirs: refuse, or new-customer', 'refuse')
    .option('--unknown', 'also ids of whom no event was accepted, such as those in refused events only')
    .option('--yes', 'do not ask')
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (ids: string[], options: EraseOptions) => {
      const mode = modes[options.mode];
      const later = afterwards[options.afterwards];
      if (!mode) {
        throw new AppError('CONFIG_INVALID', `There is no --mode ${options.mode}.`, 'Choose wipe or keep-totals.');
      }
      if (!later) {
        const message = `There is no --afterwards ${options.afterwards}.`;
        throw new AppError('CONFIG_INVALID', message, 'Choose refuse or new-customer.');
      }
      if (ids.some((id) => id.trim() === '')) {
        throw new AppError('CONFIG_INVALID', 'An id is empty.', 'Name the ids as the shop does, one after the other.');
      }
      const question = `Erase ${count(ids.length)} ${ids.length === 1 ? 'customer' : 'customers'} for good?`;
      if (!options.yes && !(await confirm(question))) {
        throw new AppError('CONFIG_INVALID', 'Nothing was erased.', 'Answer y, or give --yes where nobody can answer.');
      }
      const keys = ids.map((id) => (/^[ua]:./.test(id) ? id : `u:${id}`));
      await using installation = await openInstallation(
        options.dataDir === undefined ? {} : { dataDir: options.dataDir },
      );
      // Where nothing runs, the projections that name the people's ids are brought up to the log here.
      const system = installation.running ? undefined : await installation.system();
      await system?.catchUp();
      const db = createPool(roleUrl(installation.adminUrl, installation.secrets.internalSecret, 'cda_users'), {
        name: 'erase',
        max: 2,
      });
      try {
        if (!options.unknown) await refuseUnknown(db, keys);
        const { id, finished } = await erasePeople(db, keys, { mode, afterwards: later, by: 'operator' });
        await finished;
        await system?.catchUp();
        const receipt = await verifyErasure(db, id);
        for (const [place, rows] of Object.entries(receipt?.counts ?? {})) {
          if (rows > 0) say(`  ${place}: ${count(rows)}`);
        }
        const left = Object.entries(receipt?.found ?? {}).filter(([, rows]) => rows > 0);
        if (!receipt || left.length > 0) {
          throw new AppError(
            'INTERNAL',
            `Something was found again: ${left.map(([place, rows]) => `${place} ${rows}`).join(', ')}.`,
            `Look again in a minute by verifyErasure(receipt: "${id}"), then erase once more.`,
          );
        }
        const rebuilding = receipt.rebuilding.length > 0 ? ' The figures are being folded anew.' : '';
        say(`${count(receipt.people)} erased, nothing is found any more.${rebuilding} The receipt:`);
        process.stdout.write(`${id}\n`);
      } finally {
        await db.end();
      }
    });
}

/** A mistyped id names nobody today, but its tombstone would turn away whoever comes under it one day. */
async function refuseUnknown(db: Pool, keys: readonly string[]): Promise<void> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT key FROM unnest($1::text[]) key
     WHERE NOT EXISTS (SELECT FROM events.log WHERE customer_key = key)
       AND NOT EXISTS (SELECT FROM users.identity WHERE key IN (customer_key, canonical_key))`,
    [keys],
  );
  if (rows.length === 0) return;
  throw new AppError(
    'NOT_FOUND',
    `Nobody is known by ${rows.map(({ key }) => key.replace(/^u:/, '')).join(', ')}. Nothing was erased.`,
    'Check the ids. Whoever stands in refused events only, or was erased before, is erased with --unknown.',
  );
}
