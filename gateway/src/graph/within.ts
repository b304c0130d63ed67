/** What `within` rejects with. */
export const noAnswer = new Error('No answer in time.');

/** What `work` brings, or a rejection with `noAnswer` where it takes longer; a late answer is then nobody's. */
export function within<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(noAnswer), ms);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
