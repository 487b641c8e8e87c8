import type { CheckAnnotation, CheckReport, CodeHost } from '../ports/code-host.ts';
import type { Connection } from './connection.ts';

/** GitHub takes so many annotations with one request; later requests append. */
const annotationsAtOnce = 50;

/** The App's check runs. */
export function checks(connection: Connection): Pick<CodeHost, 'reportCheck' | 'hasChecks'> {
  const { octokit, owner, repo, app } = connection;

  const ownRuns = async (head: string) => {
    const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
      owner,
      repo,
      ref: head,
      app_id: app.id,
      per_page: 100,
    });
    // Another app may have given its check run the same name.
    return runs.filter((run) => run.app?.id === app.id);
  };

  return {
    // A new check run each time: annotations of an older one cannot be taken away, and GitHub goes by the latest.
    reportCheck: async (report) => {
      const [first = [], ...rest] = chunks(report.annotations);
      const { data: run } = await octokit.rest.checks.create({
        owner,
        repo,
        name: report.name,
        head_sha: report.head,
        status: 'completed',
        conclusion: report.conclusion,
        output: outputOf(report, first),
        actions: report.actions.map((action) => ({ ...action })),
        ...(report.detailsUrl === undefined ? {} : { details_url: report.detailsUrl }),
      });
      for (const annotations of rest) {
        const output = outputOf(report, annotations);
        await octokit.rest.checks.update({ owner, repo, check_run_id: run.id, output });
      }
    },
    hasChecks: async (head, names) => {
      const done = (await ownRuns(head)).filter(({ status }) => status === 'completed');
      return names.every((name) => done.some((run) => run.name === name));
    },
  };
}

function chunks(annotations: readonly CheckAnnotation[]): readonly (readonly CheckAnnotation[])[] {
  const count = Math.ceil(annotations.length / annotationsAtOnce);
  return Array.from({ length: count }, (_, index) =>
    annotations.slice(index * annotationsAtOnce, (index + 1) * annotationsAtOnce),
  );
}

function outputOf({ title, summary, text }: CheckReport, annotations: readonly CheckAnnotation[]) {
  return {
    title,
    summary,
    ...(text === undefined ? {} : { text }),
    annotations: annotations.map(({ path, line, level, title: heading, message }) => ({
      path,
      start_line: line,
      end_line: line,
      annotation_level: level,
      title: heading,
      message,
    })),
  };
}
