/** Lines for people on standard error; what a script reads goes to standard output. */
const tty = process.stderr.isTTY === true;

/** Shows how far something is: one line that is written over in a terminal, a line each ten per cent where piped. */
export function createProgress(label: string): { show(part: number, detail: string): void; end(detail: string): void } {
  let shown = -1;
  return {
    show: (part, detail) => {
      const percent = Math.floor(Math.min(part, 1) * 100);
      if (tty) {
        const filled = Math.round(percent / 5);
        process.stderr.write(
          `\r\x1b[2K${label} ${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${percent} % ${detail}`,
        );
      } else if (percent >= shown + 10) {
        shown = percent - (percent % 10);
        process.stderr.write(`${label} ${percent} % ${detail}\n`);
      }
    },
    end: (detail) => process.stderr.write(`${tty ? '\r\x1b[2K' : ''}${label} ${detail}\n`),
  };
}

/** One line for people. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** A count with thousands separators. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** Seconds with one decimal. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Asks yes or no; no where nobody can answer. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !tty) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|д|да)$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
