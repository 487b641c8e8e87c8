import { describe, expect, it } from 'vitest';
import { joinedReads } from '../../src/database/target/joined-reads.ts';

interface Running {
  readonly begins: () => void;
  readonly answer: (found: string) => void;
  readonly fail: (error: Error) => void;
}

function scene() {
  const running: Running[] = [];
  const join = joinedReads<string>();
  const ask = (key = 'prod'): Promise<string> =>
    join(
      key,
      (begins) =>
        new Promise((resolve, reject) => {
          running.push({ begins, answer: resolve, fail: reject });
        }),
    );
  return { running, ask };
}

describe('reads of the same', () => {
  it('are one for all who ask before it looks, and another for who asks after', async () => {
    const { running, ask } = scene();
    const early = [ask(), ask()];
    await Promise.resolve();
    early.push(ask());
    running[0]?.begins();
    const late = ask();
    await Promise.resolve();
    expect(running).toHaveLength(2);
    // The end of the first must not end the joining of the second.
    running[0]?.answer('old');
    expect(await Promise.all(early)).toEqual(['old', 'old', 'old']);
    const later = ask();
    running[1]?.answer('new');
    expect(await Promise.all([late, later])).toEqual(['new', 'new']);
    expect(running).toHaveLength(2);
  });

  it('are not shared between keys', async () => {
    const { running, ask } = scene();
    const both = [ask('qa'), ask('prod')];
    await Promise.resolve();
    running[0]?.answer('qa');
    running[1]?.answer('prod');
    expect(await Promise.all(both)).toEqual(['qa', 'prod']);
  });

  it('fail for all who shared, and are tried anew by the next', async () => {
    const { running, ask } = scene();
    const both = Promise.allSettled([ask(), ask()]);
    await Promise.resolve();
    running[0]?.fail(new Error('away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = ask();
    await Promise.resolve();
    running[1]?.answer('there');
    expect(await next).toBe('there');
  });
});
