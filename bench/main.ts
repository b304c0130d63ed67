import { analyticsGroup } from './groups/analytics.ts';
import { experimentsGroup } from './groups/experiments.ts';
import { gatewayGroup } from './groups/gateway.ts';
import { importGroup } from './groups/import.ts';
import { ingestGroup } from './groups/ingest.ts';
import { listsGroup } from './groups/lists.ts';
import { liveGroup } from './groups/live.ts';
import { productsGroup } from './groups/products.ts';
import { recommendationsGroup } from './groups/recommendations.ts';
import { soakGroup } from './groups/soak.ts';
import { systemGroup } from './groups/system.ts';
import { usersGroup } from './groups/users.ts';
import { usersScaleGroup } from './groups/users-scale.ts';
import { workersGroup } from './groups/workers.ts';
import type { BenchGroup } from './measurement.ts';

const groups: readonly BenchGroup[] = [
  importGroup,
  ingestGroup,
  recommendationsGroup,
  listsGroup,
  productsGroup,
  analyticsGroup,
  experimentsGroup,
  usersGroup,
  usersScaleGroup,
  systemGroup,
  gatewayGroup,
  liveGroup,
  workersGroup,
  soakGroup,
];

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !groups.some((group) => group.name === name));
if (unknown.length > 0 || process.argv.includes('--help')) {
  const list = groups.map((group) => `  ${group.name.padEnd(17)}${group.about}`).join('\n');
  process.stderr.write(
    `${unknown.length > 0 ? `There is no group ${unknown.join(', ')}. ` : ''}npm run bench [-- GROUP …] [--json]\n${list}\n`,
  );
  process.exit(unknown.length > 0 ? 1 : 0);
}

const figure = (value: number): string =>
  Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });

for (const group of groups) {
  if (wanted.length > 0 ? !wanted.includes(group.name) : group.onlyByName) continue;
  for await (const one of group.run()) {
    if (json) process.stdout.write(`${JSON.stringify({ group: group.name, ...one })}\n`);
    else {
      const goal = one.goal ? `  goal ${one.goal}: ${one.met ? 'met' : 'MISSED'}` : '';
      process.stdout.write(
        `${group.name}  ${one.name}  ${figure(one.value)} ${one.unit}  vs ${one.comparedWith} ${figure(one.other)} ${one.unit}  ratio ${figure(one.ratio)}${goal}\n`,
      );
    }
  }
}
process.exit();
