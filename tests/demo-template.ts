import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@cda/platform/telemetry/log.ts';
import { demoShopState, fillDemoShop } from '../standalone/src/demo-data.ts';
import { startSystem } from '../standalone/src/system.ts';
import type { TestTemplate } from './postgres-fixture.ts';
import { testSecret } from './system-template.ts';

/** A small demo shop with every model fitted, as `npm start` leaves it. */
export const smallDemoShop: TestTemplate = {
  name: 'small_demo_shop',
  prepare: async (adminUrl) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cda-demo-'));
    try {
      await using system = await startSystem({
        adminUrl,
        internalSecret: testSecret,
        log: silentLog,
        trainingThreads: 2,
      });
      await demoShopState(adminUrl);
      await fillDemoShop({
        adminUrl,
        writerUrl: system.roleUrl('analytics'),
        dataDir,
        seed: 42,
        scale: 0.2,
        now: new Date(),
        progress: () => undefined,
      });
      await system.catchUp();
      await system.train();
    } finally {
      await rm(dataDir, { recursive: true });
    }
  },
};
