import type { CodeHost, DeploymentReport } from '../ports/code-host.ts';
import type { Connection } from './connection.ts';

/** GitHub refuses longer descriptions of deployments and statuses. */
const longest = 140;

/** Deployments and commit statuses. */
export function deployments(connection: Connection): Pick<CodeHost, 'reportDeployment' | 'setStatus'> {
  const { octokit, owner, repo } = connection;
  return {
    reportDeployment: async (report) => {
      const deployment = await unfinished(connection, report);
      if (deployment === 'told') return;
      await octokit.rest.repos.createDeploymentStatus({
        owner,
        repo,
        deployment_id: deployment ?? (await create(connection, report)),
        state: report.state,
        description: clip(report.description),
        environment: report.environment,
        auto_inactive: report.state === 'success',
        ...(report.logUrl === undefined ? {} : { log_url: report.logUrl }),
      });
    },
    setStatus: async (commit, state, context, description) => {
      await octokit.rest.repos.createCommitStatus({
        owner,
        repo,
        sha: commit,
        state,
        context,
        description: clip(description),
      });
    },
  };
}

/**
 * The App's newest deployment of that commit there, where it is still going on: told twice, a deployment is not
 * made twice. `told` where it has that state and description already; null where there is none to go on with.
 */
async function unfinished(
  { octokit, owner, repo, app }: Connection,
  report: DeploymentReport,
): Promise<number | 'told' | null> {
  const { data: listed } = await octokit.rest.repos.listDeployments({
    owner,
    repo,
    sha: report.commit,
    environment: report.environment,
    per_page: 100,
  });
  const newest = listed.find(({ creator }) => creator?.login === app.login);
  if (newest === undefined) return null;
  const { data: statuses } = await octokit.rest.repos.listDeploymentStatuses({
    owner,
    repo,
    deployment_id: newest.id,
    per_page: 1,
  });
  const [last] = statuses;
  if (last === undefined || last.state === 'in_progress') return newest.id;
  if (last.state === 'queued' && report.state !== 'queued') return newest.id;
  return last.state === report.state && last.description === clip(report.description) ? 'told' : null;
}

async function create({ octokit, owner, repo }: Connection, report: DeploymentReport): Promise<number> {
  const { data } = await octokit.rest.repos.createDeployment({
    owner,
    repo,
    ref: report.commit,
    environment: report.environment,
    description: clip(report.description),
    production_environment: report.production,
    // GitHub's defaults would merge the default branch in, and ask for every check of the commit.
    auto_merge: false,
    required_contexts: [],
  });
  if ('id' in data) return data.id;
  throw new Error('GitHub answered a deployment with a merge, which was not asked for');
}

function clip(description: string): string {
  return description.length <= longest ? description : `${description.slice(0, longest - 1)}…`;
}
