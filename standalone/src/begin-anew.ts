import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@cda/platform/errors.ts';
import { type InstallationOptions, openInstallation, removeInstallation } from './installation.ts';
import { readShopState, type ShopState } from './shop-data.ts';

/** Asked for by `--fresh`. */
export interface BeginAnew extends Pick<InstallationOptions, 'dataDir' | 'databaseUrl'> {
  /** Whether a real shop may be thrown away too. */
  loseRealData: boolean;
}

/**
 * Throws away what an installation holds.
 *
 * @throws AppError where that is a real shop, and nobody said that it may go
 */
export async function beginAnew({ dataDir, databaseUrl, loseRealData }: BeginAnew): Promise<void> {
  const shop = loseRealData ? undefined : await standingShop({ dataDir, databaseUrl });
  if (shop && !shop.demo && shop.events > 0) {
    const events =
      shop.events > 1_000 ? 'more than 1,000 events' : `${shop.events} ${shop.events === 1 ? 'event' : 'events'}`;
    throw new AppError(
      'CONFIG_INVALID',
      `${databaseUrl === undefined ? dataDir : 'The database'} holds the shop "${shop.name}" with ${events}, which are no demo data.`,
      'To throw them away for good add --lose-real-data; for a demo shop beside it name another folder by --data-dir.',
    );
  }
  await removeInstallation({ dataDir, databaseUrl });
}

/** The shop that stands there; undefined where there is none, or none that can be read: then it is anew that one begins. */
async function standingShop(options: InstallationOptions): Promise<ShopState | undefined> {
  if (options.databaseUrl === undefined && !existsSync(join(options.dataDir, 'postgres', 'cluster'))) return undefined;
  try {
    await using installation = await openInstallation(options);
    return await readShopState(installation.adminUrl);
  } catch (error) {
    // Whoever runs over the folder keeps it.
    if (error instanceof AppError && error.code === 'SYSTEM_BUSY') throw error;
    return undefined;
  }
}
