import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/demo/github/model.ts';
import { webhookPath } from '../../src/http/webhook-route.ts';
import { expectAgreement } from '../flows/agreement.ts';
import { startScene } from '../flows/scene.ts';
import { ranAs, step, type Team } from '../flows/team.ts';
import { controlRows } from '../support/control-rows.ts';
import { otherApp } from '../support/strangers.ts';
import { SHOP, type World } from '../support/world.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0, from: ['@acme/dba'] }
`;
const secret = 'a secret of the tests';
const taking = '/rollback --accept-data-loss';

describe('a command that nobody gave, or had no right to', () => {
  let world: World;
  let team: Team;
  /** A merged pull request: whatever runs `/rollback` on it takes step 2 back. */
  let merged: number;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
    merged = await team.land({ branch: 'second', files: step(2) });
  });
  afterAll(() => world.close());

  const answersAfter = async (act: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = (await team.answers(merged)).length;
    await act();
    await world.settled();
    return (await team.answers(merged)).slice(before);
  };
  const expectUntouched = async (): Promise<void> => {
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    expect(await team.holds()).toEqual([]);
  };

  it.each(['APPROVE', 'COMMENT'] as const)('in the words of a review (%s) is not run', async (event) => {
    const review = { ...SHOP, pull_number: merged, event, body: taking };
    expect(await answersAfter(() => world.as('dan').rest.pulls.createReview(review))).toEqual([]);
    await expectUntouched();
  });

  it('in an edited review, title or description is not run', async () => {
    const { data: review } = await world
      .as('dan')
      .rest.pulls.createReview({ ...SHOP, pull_number: merged, event: 'COMMENT', body: 'Looks fine.' });
    const edits = async (): Promise<void> => {
      await world
        .as('dan')
        .rest.pulls.updateReview({ ...SHOP, pull_number: merged, review_id: review.id, body: taking });
      await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: merged, title: taking, body: taking });
    };
    expect(await answersAfter(edits)).toEqual([]);
    await expectUntouched();
  });

  it('in a comment that was edited into one is not run, whoever edits it (fault 25)', async () => {
    const comment = await team.comment(merged, 'dan', 'I had a look.');
    const edit = (login: string) => () =>
      world.as(login).rest.issues.updateComment({ ...SHOP, comment_id: comment, body: taking });
    expect(await answersAfter(edit('dan'))).toEqual([]);
    // Who may write may edit the words of who may approve.
    expect(await answersAfter(edit('ada'))).toEqual([]);
    await expectUntouched();
  });

  it.each([
    ['a quote', `> ${taking}\n\nNo!`],
    ['a quote that goes on', `> as was said\n${taking}`],
    ['a code block', `\`\`\`\n${taking}\n\`\`\``],
    ['a comment of HTML', `<!--\n${taking}\n-->`],
    ['a list', `- ${taking}`],
    ['the middle of a line', `please ${taking}`],
  ])('in %s is not run', async (_what, body) => {
    expect(await answersAfter(() => team.comment(merged, 'dan', body))).toEqual([]);
    await expectUntouched();
  });

  it.each([
    ['a reader', 'rita', /`rita` may not use `\/rollback`.*who is also a member of `acme\/dba`/],
    [
      'a writer who may not approve here',
      'wim',
      /`wim` may not use `\/rollback`.*who is also a member of `acme\/dba`/,
    ],
  ])('by %s is refused, and says who may (fault 26)', async (_who, login, words) => {
    const [said, ...more] = await answersAfter(() => team.comment(merged, login, taking));
    expect(said).toMatch(words);
    expect(more).toEqual([]);
    await expectUntouched();
  });

  it('by a bot is refused, and its chatter is not answered (fault 26)', async () => {
    const bot = otherApp(world, 'helper');
    const say = (body: string) => () =>
      bot.rest.issues.createComment({ ...SHOP, issue_number: merged, body });
    expect(await answersAfter(say(`${taking}\n/help`))).toEqual([
      expect.stringMatching(/`helper\[bot\]` is a bot, and `\/rollback` is for people/),
    ]);
    expect(await answersAfter(say('/status\n/rolback'))).toEqual([]);
    await expectUntouched();
  });

  it('by the App itself is not even answered', async () => {
    const [first = ''] = await team.answers(merged);
    expect(first).toContain('/rollback');
    const refused =
      "SELECT actor FROM tidegate.audit WHERE action = 'command-refused' AND actor LIKE 'tidegate%'";
    expect(await controlRows(world.control, refused)).toEqual([]);
    await expectUntouched();
  });

  it('that is replayed under another delivery’s id is done once for its comment (fault 27)', async () => {
    await team.comment(merged, 'wanda', '/status');
    await world.settled();
    const delivery = lastDelivery(world, 'issue_comment');
    const replay = (guid: string) => () => send(world, delivery, guid);
    expect(await answersAfter(replay(randomUUID()))).toEqual([]);
    expect(await answersAfter(replay(delivery.guid))).toEqual([]);
  });

  it('that is replayed when its delivery is long forgotten is still done once for its comment', async () => {
    const delivery = lastDelivery(world, 'issue_comment');
    const kept = () =>
      controlRows(world.control, 'SELECT FROM tidegate.delivery WHERE id = $1', [delivery.guid]);
    await world.service.sweep();
    await world.settled();
    expect(await kept()).toHaveLength(1);
    const week = "UPDATE tidegate.delivery SET received_at = now() - interval '8 days' WHERE id = $1";
    await controlRows(world.control, week, [delivery.guid]);
    await world.service.sweep();
    await world.settled();
    expect(await kept()).toEqual([]);
    expect(await answersAfter(() => send(world, delivery, delivery.guid))).toEqual([]);
  });

  it('that is delivered three times takes back once (fault 27), and its replay later nothing more', async () => {
    world.github.hooks.repeat(({ event }) => event === 'issue_comment', 3, 1);
    await team.comment(merged, 'dan', taking);
    await world.settled();
    const delivery = lastDelivery(world, 'issue_comment');
    const rolledBack = () =>
      controlRows(
        world.control,
        "SELECT FROM tidegate.audit WHERE action = 'rolled-back' AND migration = $1",
        [ranAs(2)],
      );
    expect(await rolledBack()).toHaveLength(1);
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data.map(({ user }) => user?.login)).toEqual(['tidegate[bot]']);
    await team.merge(data[0]?.number ?? 0);
    await world.settled();
    // The same migrations land once more: the word of then is not a word of now.
    merged = await team.land({ branch: 'second-again', files: step(2) });
    await send(world, delivery, randomUUID());
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
    expect(await rolledBack()).toHaveLength(1);
  });

  it('leaves the database equal to the branch after all of that', () => expectAgreement(world));
});

function lastDelivery(world: World, event: string): Delivery {
  const found = [...world.github.store.deliveries.values()].findLast((one) => one.event === event);
  if (found === undefined) throw new Error(`nothing of ${event} was delivered`);
  return found;
}

/** Somebody who has seen a delivery sends it once more, as it was signed; only its id is not. */
async function send(world: World, { event, payload }: Delivery, guid: string): Promise<void> {
  const answer = await fetch(new URL(webhookPath, world.service.url ?? ''), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`,
    },
    body: payload,
  });
  expect(answer.status).toBe(202);
}
