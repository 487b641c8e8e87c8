import { z } from 'zod';
import { input, listed, numberParam, repositoryRoute, type Route } from '../http/route.ts';
import { dismissReview, editReview, reviewById, reviewsOf, submitReview } from '../operations/reviews.ts';
import { presentReview } from '../presenters/pull-request.ts';
import { pullIn } from './pull-routes.ts';

const NewBody = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  commit_id: z.string().optional(),
});

export const reviewRoutes: readonly Route[] = [
  repositoryRoute('GET', '/pulls/:number/reviews', ['pull_requests:read'], (call, repository) => {
    const pull = pullIn(call, repository);
    return listed(call, reviewsOf(call.world, pull), (review) => presentReview(call.world, review, pull));
  }),
  repositoryRoute('POST', '/pulls/:number/reviews', ['pull_requests:write'], (call, repository) => {
    const body = input(call, NewBody);
    const pull = pullIn(call, repository);
    const wanted = { event: body.event, body: body.body, commitId: body.commit_id };
    const review = submitReview(call.world, pull, wanted, call.actor);
    return { body: presentReview(call.world, review, pull) };
  }),
  repositoryRoute('GET', '/pulls/:number/reviews/:review', ['pull_requests:read'], (call, repository) => {
    const pull = pullIn(call, repository);
    const review = reviewById(call.world, pull, numberParam(call, 'review'));
    return { body: presentReview(call.world, review, pull) };
  }),
  repositoryRoute('PUT', '/pulls/:number/reviews/:review', ['pull_requests:write'], (call, repository) => {
    const pull = pullIn(call, repository);
    const review = reviewById(call.world, pull, numberParam(call, 'review'));
    editReview(call.world, pull, review, input(call, z.object({ body: z.string() })).body, call.actor);
    return { body: presentReview(call.world, review, pull) };
  }),
  repositoryRoute(
    'PUT',
    '/pulls/:number/reviews/:review/dismissals',
    ['pull_requests:write'],
    (call, repository) => {
      const pull = pullIn(call, repository);
      const review = reviewById(call.world, pull, numberParam(call, 'review'));
      input(call, z.object({ message: z.string().min(1) }));
      dismissReview(call.world, pull, review, call.actor);
      return { body: presentReview(call.world, review, pull) };
    },
  ),
];
