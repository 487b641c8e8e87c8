import type { CodeHost } from '../ports/code-host.ts';
import type { Connection } from './connection.ts';

/** Deployments and commit statuses. */
export function deployments({
  octokit,
  owner,
  repo,
}: Connection): Pick<CodeHost, 'reportDeployment' | 'setStatus'> {
  return {
    reportDeployment: async (report) => {
      const { data } = await octokit.rest.repos.createDeployment({
        owner,
        repo,
        ref: report.commit,
        environment: report.environment,
        description: report.description,
        production_environment: report.production,
        // GitHub's defaults would merge the default branch in, and ask for every check of the commit.
        auto_merge: false,
        required_contexts: [],
      });
      if (!('id' in data))
        throw new Error('GitHub answered a deployment with a merge, which was not asked for');
      await octokit.rest.repos.createDeploymentStatus({
        owner,
        repo,
        deployment_id: data.id,
        state: report.state,
        description: report.description,
        environment: report.environment,
        auto_inactive: report.state === 'success',
        ...(report.logUrl === undefined ? {} : { log_url: report.logUrl }),
      });
    },
    setStatus: async (commit, state, context, description) => {
      await octokit.rest.repos.createCommitStatus({ owner, repo, sha: commit, state, context, description });
    },
  };
}
