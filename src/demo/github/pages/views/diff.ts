import type { FileChange } from '../../git/difference.ts';
import type { Annotation, CheckRun, Repository, Sha } from '../../model.ts';
import { checkRunsOf, latestRuns } from '../../operations/check-lookup.ts';
import { encodePath } from '../../presenters/links.ts';
import type { World } from '../../world.ts';
import { repositoryView } from '../context.ts';
import { patchLines, type PatchLine } from '../patch-lines.ts';

export interface AnnotationView {
  readonly level: Annotation['level'];
  /** The level in words, where the title does not say it already. */
  readonly kind: string;
  readonly title: string;
  readonly message: string;
  readonly details: string;
  readonly place: string;
  readonly blob: string;
  readonly check: string;
  readonly checkHref: string;
}

const levels: Readonly<Record<Annotation['level'], string>> = {
  notice: 'Notice',
  warning: 'Warning',
  failure: 'Failure',
};

export function annotationView(
  world: World,
  repository: Repository,
  run: CheckRun,
  annotation: Annotation,
): AnnotationView {
  const { path } = repositoryView(world, repository);
  const { startLine, endLine } = annotation;
  const lines = startLine === endLine ? `line ${startLine}` : `lines ${startLine}–${endLine}`;
  return {
    level: annotation.level,
    kind: annotation.title === null ? '' : levels[annotation.level].toLowerCase(),
    title: annotation.title ?? levels[annotation.level],
    message: annotation.message,
    details: annotation.rawDetails ?? '',
    place: `${annotation.path}, ${lines}`,
    blob: `${path}/blob/${run.headSha}/${encodePath(annotation.path)}#L${startLine}`,
    check: run.name,
    checkHref: `${path}/runs/${run.id}`,
  };
}

interface Placed {
  readonly annotation: Annotation;
  readonly view: AnnotationView;
}

/** Changed files with the annotations of the commit's checks on their lines; those elsewhere come with the file, or apart. */
export function diffView(world: World, repository: Repository, sha: Sha, changes: readonly FileChange[]) {
  const placed = latestRuns(checkRunsOf(world, repository, sha)).flatMap((run) =>
    run.annotations.map((annotation) => ({
      annotation,
      view: annotationView(world, repository, run, annotation),
    })),
  );
  const paths = new Set(changes.map((change) => change.path));
  return {
    files: changes.map((change) =>
      fileView(
        repositoryView(world, repository).path,
        sha,
        change,
        placed.filter(({ annotation }) => annotation.path === change.path),
      ),
    ),
    elsewhere: placed.filter(({ annotation }) => !paths.has(annotation.path)).map(({ view }) => view),
  };
}

function fileView(path: string, sha: Sha, change: FileChange, placed: readonly Placed[]) {
  const lines = change.patch === null ? [] : patchLines(change.patch);
  const shown = new Set(lines.map((line) => line.after));
  return {
    path: change.path,
    previousPath: change.previousPath ?? '',
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    blob: `${path}/blob/${sha}/${encodePath(change.path)}`,
    isRemoved: change.status === 'removed',
    hasPatch: lines.length > 0,
    above: placed.filter(({ annotation }) => !shown.has(annotation.endLine)).map(({ view }) => view),
    lines: lines.map((line) => lineView(line, placed)),
  };
}

function lineView(line: PatchLine, placed: readonly Placed[]) {
  const signs = { add: '+', del: '-', context: ' ', hunk: '', note: '' };
  return {
    ...line,
    before: line.before ?? '',
    after: line.after ?? '',
    sign: signs[line.kind],
    annotations: placed
      .filter(({ annotation }) => line.after !== null && annotation.endLine === line.after)
      .map(({ view }) => view),
  };
}
