import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jsonSteps, plainSteps, type Step } from '../../standalone/src/steps.ts';

const lines: string[] = [];
const pipe = {
  write: (text: string) => {
    lines.push(text);
    return true;
  },
};

beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Says the same for a while, every six seconds, then something new. */
const work = async (step: Step): Promise<void> => {
  const say = (done: number, at?: string) => {
    vi.advanceTimersByTime(6_000);
    step.progress(done, 6, 'models fitted', at);
  };
  for (let i = 0; i < 3; i++) say(4, 'now churn, sales');
  say(4, 'now churn');
  say(5, 'now churn');
  say(6);
};

describe('progress into a pipe', () => {
  test('is written where something changed, and names what is at work', async () => {
    await plainSteps(pipe).run('Models', work);
    expect(lines).toEqual([
      '  Models  66 %  4 of 6 models fitted (now churn, sales)\n',
      '  Models  66 %  4 of 6 models fitted (now churn)\n',
      '  Models  83 %  5 of 6 models fitted (now churn)\n',
      '  Models  100 %  6 of 6 models fitted\n',
      '✔ Models (36.0 s)\n',
    ]);
  });

  test('is not written more often than a reader wants it', async () => {
    await plainSteps(pipe).run('Models', async (step) => {
      for (let done = 0; done < 100; done++) {
        vi.advanceTimersByTime(100);
        step.progress(done, 100);
      }
    });
    expect(lines).toHaveLength(3);
  });

  test('as JSON is likewise written where something changed', async () => {
    await jsonSteps(pipe).run('Models', work);
    const told = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'progress');
    expect(told.map(({ done, at }) => [done, at])).toEqual([
      [4, 'now churn, sales'],
      [4, 'now churn'],
      [5, 'now churn'],
      [6, undefined],
    ]);
  });
});
