import { issueAccessToken, longestAccessTokenTtlSeconds } from '@cda/platform/auth/access-token.ts';
import { isRole, roles } from '@cda/platform/auth/scopes.ts';
import { AppError } from '@cda/platform/errors.ts';
import { dataFolder, requireInstallation } from '@cda/standalone/data-folder.ts';
import { installationSecrets } from '@cda/standalone/installation.ts';
import type { Command } from 'commander';
import { toSeconds } from '../duration.ts';
import { say } from '../terminal.ts';

/** `token --role ADMIN --ttl 1h`: prints an access token for scripts; its value is the last line. */
export function registerToken(program: Command): void {
  program
    .command('token')
    .description('print an access token for scripts')
    .option('--role <role>', `what it may do: ${roles.join(', ')}`, 'VIEWER')
    .option('--ttl <duration>', 'how long it is good, at most 30d', '1h')
    .option('--data-dir <folder>', 'folder of the installation')
    .action(async (options: { role: string; ttl: string; dataDir?: string }) => {
      const role = options.role.toUpperCase();
      if (!isRole(role)) {
        throw new AppError('CONFIG_INVALID', `There is no role "${options.role}".`, `Choose from ${roles.join(', ')}.`);
      }
      const ttl = toSeconds(options.ttl);
      if (ttl > longestAccessTokenTtlSeconds) {
        const days = longestAccessTokenTtlSeconds / 86_400;
        throw new AppError(
          'CONFIG_INVALID',
          `A token lives ${days} days at most.`,
          'For longer, make an API key: npm run keys -- create --kind api --name NAME.',
        );
      }
      const dataDir = dataFolder(options.dataDir);
      requireInstallation(dataDir);
      const { access } = await installationSecrets(dataDir, process.env['NODE_ENV'] === 'production');
      if (!access.signing) {
        throw new AppError('CONFIG_INVALID', 'There is no private key to sign with.', 'Set JWT_PRIVATE_KEY.');
      }
      const { token, expiresAt } = await issueAccessToken(access, { subject: `operator:${role}`, role }, ttl);
      say(`A token of the role ${role}, good until ${expiresAt.toISOString()}. Send it as "Authorization: Bearer …".`);
      process.stdout.write(`${token}\n`);
    });
}
