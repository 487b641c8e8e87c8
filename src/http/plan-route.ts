import type { EnvironmentKey } from '../domain/repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import type { Reports } from '../report/reports.ts';
import { signLink, verifyLink } from '../report/signed-link.ts';
import type { Routes } from './routes.ts';

/** How long a link to a whole plan holds: as long as somebody may come back to a pull request. */
const linkLifetimeMs = 30 * 24 * 3600 * 1000;

const dayMs = 24 * 3600 * 1000;

export interface PlanPages {
  readonly records: Pick<Records, 'planByDigest'>;
  readonly reports: Reports;
  readonly secret: string;
  readonly clock: Clock;
}

/** The plan that a link is of. The same statements may be a plan of another repository's too. */
interface LinkedPlan extends EnvironmentKey {
  readonly digest: string;
}

/** The signed, expiring address of a plan's page below `publicUrl`. */
export function planLink(publicUrl: string, linked: LinkedPlan, secret: string, clock: Clock): string {
  // To the end of that day, so that what is said twice on a day is the same.
  const days = Math.ceil((clock().getTime() + linkLifetimeMs) / dayMs);
  const expiresAt = new Date(days * dayMs);
  return new URL(signLink({ path: planPath(linked), secret, expiresAt }), publicUrl).href;
}

/** The page of a whole plan; who has its signed link may read it until the link expires. */
export function planRoute({ records, reports, secret, clock }: PlanPages): Routes {
  return (server) => {
    server.get<{ Params: PlanParameters; Querystring: Record<string, string> }>(
      '/plans/:repository/:environment/:digest',
      async (request, reply) => {
        const { repository, environment, digest } = request.params;
        const linked = { repositoryId: Number(repository), environment, digest };
        const verdict = verifyLink({ path: planPath(linked), query: request.query, secret, now: clock() });
        if (verdict !== 'valid') return reply.code(403).type('text/plain').send(refusals[verdict]);
        const record = await records.planByDigest(linked, digest);
        if (record === null)
          return reply.code(404).type('text/plain').send('There is no plan of this digest.\n');
        return reply.type('text/html; charset=utf-8').send(reports.planPage(record.plan));
      },
    );
    server.get('/assets/tidegate.css', async (_request, reply) =>
      reply.type('text/css; charset=utf-8').send(reports.stylesheet()),
    );
  };
}

const refusals = {
  expired: 'This link has expired. The comment on the pull request holds a fresh one after `/plan`.\n',
  forged: 'A link from a comment of Tidegate was expected; this is none.\n',
};

interface PlanParameters {
  readonly repository: string;
  readonly environment: string;
  readonly digest: string;
}

function planPath({ repositoryId, environment, digest }: LinkedPlan): string {
  return `/plans/${repositoryId}/${encodeURIComponent(environment)}/${encodeURIComponent(digest)}`;
}
