import { silentLog } from '@cda/platform/telemetry/log.ts';
import { startSystem } from '../standalone/src/system.ts';
import type { TestTemplate } from './postgres-fixture.ts';

/** Secret of every test database: roles belong to the whole server, so all share their passwords. */
export const testSecret = 'a-secret-of-the-tests-that-is-long-enough-0123456789';

/** A migrated database without events. */
export const emptyShop: TestTemplate = {
  name: 'empty_shop',
  prepare: async (adminUrl) => {
    const system = await startSystem({ adminUrl, internalSecret: testSecret, log: silentLog });
    await system[Symbol.asyncDispose]();
  },
};
