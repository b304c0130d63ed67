/**
 * Alarms in a row are one: a score passes only where it is more than `margin` above every score of the last `rows` rows,
 * else it becomes 0. Whoever looks at an alarm need not be told of its neighbours, but is told when it gets worse.
 * O(rows of the series) by a queue of maxima.
 */
export function suppressRepeats(scores: Float64Array, rows: number, margin: number): Float64Array {
  const passed = new Float64Array(scores.length);
  const maxima: number[] = [];
  let head = 0;
  for (let row = 0; row < scores.length; row++) {
    while (head < maxima.length && maxima[head]! < row - rows) head++;
    const highest = head < maxima.length ? scores[maxima[head]!]! : 0;
    if (scores[row]! > highest + margin) passed[row] = scores[row]!;
    while (maxima.length > head && scores[maxima.at(-1)!]! <= scores[row]!) maxima.pop();
    maxima.push(row);
  }
  return passed;
}
