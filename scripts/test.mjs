import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { commandOf } from './root.mjs';
import { runProgram } from './run-program.mjs';

/**
 * The task `test`: all checks, then all tests, then one closing line with both together. With arguments only the tests
 * that they name run.
 *
 * @param {string} node
 * @param {string[]} args
 */
export async function test(node, args) {
  const checks = args.length > 0 ? { passed: 0, failed: 0 } : await runChecks(node);
  const tests = await runTests(node, args);
  if (tests.skipped > 0) console.log(`${tests.skipped} skipped`);
  const failed = checks.failed + tests.failed;
  console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
async function runTests(node, args) {
  const folder = mkdtempSync(join(tmpdir(), 'cda-test-report-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runProgram(node, [commandOf('vitest', 'vitest'), 'run', ...reporters, ...args]);
    return count(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A file that could not be loaded, an error outside of every test, and a run that broke off count as one failure each:
 * a run is never green because tests are missing from it.
 *
 * @param {string} path
 * @param {number} code
 */
function count(path, code) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloadable;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}
