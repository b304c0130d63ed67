import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** One unpacked copy of the browser a version: an older one left in the temporary folder would be taken for this one. */
const version = '153.0.0';

/** Where the browser is: `CHROMIUM_PATH`, else the one from npm; undefined where that has none for this machine. */
async function executable(): Promise<string | undefined> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return given;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = join(tmpdir(), `cda-chromium-${version}`);
  await mkdir(folder, { recursive: true });
  const before = { TMPDIR: process.env['TMPDIR'], AWS_EXECUTION_ENV: process.env['AWS_EXECUTION_ENV'] };
  // The package unpacks into TMPDIR, and its own shared libraries only where it believes to be on AWS.
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
  try {
    const { default: bundled } = await import('@sparticuz/chromium');
    const path = await bundled.executablePath();
    // Its own list of fonts names folders of AWS; without any font Chromium ends itself at the first text.
    const fonts = join(folder, 'own-fonts.conf');
    const dirs = [join(folder, 'fonts'), '/usr/share/fonts'].map((dir) => `<dir>${dir}</dir>`).join('');
    const cache = `<cachedir>${join(folder, 'fonts-cache')}</cachedir>`;
    await writeFile(fonts, `<?xml version="1.0"?><fontconfig>${dirs}${cache}</fontconfig>`);
    process.env['FONTCONFIG_FILE'] = fonts;
    return path;
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

export const chromiumPath = await executable();

/** A real Chromium without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      '--hide-scrollbars',
    ],
  });
}
