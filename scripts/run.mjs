// The one entry behind every npm script: `node scripts/run.mjs <task> [options]`.
// It runs on the Node that the machine has, so this file keeps to what old releases can parse too.
const oldest = 20;
const major = Number(process.versions.node.split('.')[0]);
if (major < oldest) {
  console.error(
    'Customer Data Analytics needs Node.js ' +
      oldest +
      ' or newer, and this is ' +
      process.version +
      '. Install a newer one from https://nodejs.org.',
  );
  process.exitCode = 1;
} else {
  import('./tasks.mjs').then((tasks) => tasks.runTask(process.argv[2], process.argv.slice(3)));
}
