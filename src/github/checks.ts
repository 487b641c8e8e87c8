import type { CheckAnnotation, CheckProgress, CheckReport, CodeHost } from '../ports/code-host.ts';
import type { Connection } from './connection.ts';

/** GitHub takes so many annotations with one request; later requests append. */
const annotationsAtOnce = 50;

/** The App's check runs. */
export function checks(
  connection: Connection,
): Pick<CodeHost, 'reportCheck' | 'reportProgress' | 'cancelChecks' | 'hasChecks' | 'firstShown'> {
  const { octokit, owner, repo, app } = connection;
  /** Ids of check runs that are shown as running. */
  const running = new Map<string, number>();

  const ownRuns = async (head: string, filter: 'latest' | 'all' = 'latest') => {
    const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
      owner,
      repo,
      ref: head,
      app_id: app.id,
      filter,
      per_page: 100,
    });
    // Another app may have given its check run the same name.
    return runs.filter((run) => run.app?.id === app.id);
  };

  return {
    // A new check run each time: annotations of an older one cannot be taken away, and GitHub goes by the latest.
    reportCheck: async (report) => {
      const [first = [], ...rest] = chunks(report.annotations);
      const content = {
        owner,
        repo,
        status: 'completed' as const,
        conclusion: report.conclusion,
        output: outputOf(report, first),
        actions: report.actions.map((action) => ({ ...action })),
        ...(report.detailsUrl === undefined ? {} : { details_url: report.detailsUrl }),
      };
      const shown = running.get(keyOf(report));
      const { data: run } =
        shown === undefined
          ? await octokit.rest.checks.create({ ...content, name: report.name, head_sha: report.head })
          : await octokit.rest.checks.update({ ...content, check_run_id: shown });
      running.delete(keyOf(report));
      for (const annotations of rest) {
        const output = outputOf(report, annotations);
        await octokit.rest.checks.update({ owner, repo, check_run_id: run.id, output });
      }
    },
    reportProgress: async (progress) => {
      const { name, head, title, summary } = progress;
      const content = { owner, repo, status: 'in_progress' as const, output: { title, summary } };
      const shown = running.get(keyOf(progress));
      if (shown !== undefined) {
        await octokit.rest.checks.update({ ...content, check_run_id: shown });
        return;
      }
      const { data: run } = await octokit.rest.checks.create({ ...content, name, head_sha: head });
      running.set(keyOf(progress), run.id);
    },
    cancelChecks: async (head, title, summary) => {
      const open = (await ownRuns(head)).filter(({ status }) => status !== 'completed');
      for (const { id, name } of open) {
        const outcome = { conclusion: 'cancelled' as const, output: { title, summary } };
        await octokit.rest.checks.update({ owner, repo, check_run_id: id, ...outcome });
        running.delete(`${head} ${name}`);
      }
    },
    hasChecks: async (head, names) => {
      const done = (await ownRuns(head)).filter(({ status }) => status === 'completed');
      return names.every((name) => done.some((run) => run.name === name));
    },
    firstShown: async (head, name) => {
      const times = (await ownRuns(head, 'all'))
        .filter((run) => run.name === name)
        .flatMap(({ started_at: started, completed_at: completed }) => started ?? completed ?? [])
        .map((time) => new Date(time).getTime());
      return times.length === 0 ? null : new Date(Math.min(...times));
    },
  };
}

function keyOf({ name, head }: CheckProgress): string {
  return `${head} ${name}`;
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
