const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * One line on stderr for a piece of work: animated with the elapsed time in a terminal, otherwise printed when the work
 * begins and again when it is done. stdout belongs to the task itself.
 *
 * @param {string} title
 */
export function progressLine(title) {
  const stream = process.stderr;
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  let frame = 0;
  let timer;
  if (stream.isTTY) {
    timer = setInterval(() => {
      frame = (frame + 1) % frames.length;
      stream.write(`\r\x1b[2K${frames[frame]} ${title} … ${Math.round((Date.now() - startedAt) / 1000)} s`);
    }, 100);
  } else {
    stream.write(`${title} …\n`);
  }
  const end = (mark, note) => {
    clearInterval(timer);
    stream.write(`${stream.isTTY ? '\r\x1b[2K' : ''}${mark} ${title}${note ? `: ${note}` : ''} (${seconds()})\n`);
  };
  return {
    /** @param {string} [note] */
    done: (note) => end('✔', note),
    /** @param {string} [note] */
    failed: (note) => end('✖', note),
  };
}
