import type { Writable } from 'node:stream';

/** What a piece of work can say about itself while it runs. */
export interface Step {
  /** How far it is, for example `12,000 of 400,000 events`, and where it makes sense what it is at just now. */
  progress(done: number, of: number, unit?: string, at?: string): void;
  /** What it did, shown behind its title when it is done; the last word stays. */
  note(text: string): void;
}

/** Shows the work of a command step by step. */
export interface Steps {
  run<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** A line between steps. */
  say(text: string, fields?: Record<string, unknown>): void;
}

/** A terminal, or whatever else takes the lines. */
export type Output = Pick<Writable, 'write'> & { isTTY?: boolean; columns?: number };

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawEveryMs = 80;
/** A program that reads our lines needs fewer of them than an eye. */
const lineEveryMs = 5_000;
const jsonEveryMs = 500;

/** The steps as a person sees them: one live line in a terminal, a clean line for each step elsewhere. */
export function plainSteps(output: Output): Steps {
  return {
    say: (text) => output.write(`${text}\n`),
    run: async (title, work) => {
      const startedAt = performance.now();
      let amount = '';
      let note = '';
      let frame = 0;
      let lineAt = startedAt;
      let written = '';
      const elapsed = () => formatSeconds(performance.now() - startedAt);
      const draw = () => {
        frame = (frame + 1) % frames.length;
        const line = `${frames[frame]} ${[title, amount, elapsed()].filter(Boolean).join('  ')}`;
        output.write(`\r\x1b[2K${line.slice(0, (output.columns ?? 80) - 1)}`);
      };
      const timer = output.isTTY ? setInterval(draw, redrawEveryMs) : undefined;
      const end = (mark: string) => {
        clearInterval(timer);
        if (output.isTTY) output.write('\r\x1b[2K');
        output.write(`${mark} ${title}${note && mark === '✔' ? `: ${note}` : ''} (${elapsed()})\n`);
      };
      try {
        const result = await work({
          progress: (done, of, unit, at) => {
            amount = [formatProgress(done, of, unit), at && `(${at})`].filter(Boolean).join(' ');
            // Into a pipe a line is worth reading only where it says something new.
            if (output.isTTY || amount === written || performance.now() - lineAt < lineEveryMs) return;
            lineAt = performance.now();
            written = amount;
            output.write(`  ${title}  ${amount}\n`);
          },
          note: (text) => {
            note = text;
          },
        });
        end('✔');
        return result;
      } catch (error) {
        end('✖');
        throw error;
      }
    },
  };
}

/** The steps for programs: one JSON object a line. */
export function jsonSteps(output: Output): Steps {
  const write = (fields: Record<string, unknown>) => output.write(`${JSON.stringify(fields)}\n`);
  return {
    say: (text, fields) => write({ event: 'message', text, ...fields }),
    run: async (title, work) => {
      const startedAt = performance.now();
      let note: string | undefined;
      let toldAt = startedAt;
      let told = '';
      const elapsed = () => Math.round(performance.now() - startedAt);
      write({ event: 'step', step: title, status: 'started' });
      try {
        const result = await work({
          progress: (done, of, unit, at) => {
            const now = JSON.stringify([done, of, unit, at]);
            if (now === told || performance.now() - toldAt < jsonEveryMs) return;
            toldAt = performance.now();
            told = now;
            write({ event: 'progress', step: title, done, of, unit, at });
          },
          note: (text) => {
            note = text;
          },
        });
        write({ event: 'step', step: title, status: 'done', note, durationMs: elapsed() });
        return result;
      } catch (error) {
        write({ event: 'step', step: title, status: 'failed', durationMs: elapsed() });
        throw error;
      }
    },
  };
}

export const formatCount = (value: number): string => value.toLocaleString('en-US');

const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function formatProgress(done: number, of: number, unit = ''): string {
  const percent = of > 0 ? `${Math.floor((100 * Math.min(done, of)) / of)} %  ` : '';
  return `${percent}${formatCount(done)} of ${formatCount(of)} ${unit}`.trimEnd();
}
