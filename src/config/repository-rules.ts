import { defaultMigrationSettings } from '../domain/migration.ts';
import { nearest } from '../domain/nearest.ts';
import type { ConfigProblem } from './config-error.ts';
import type { WrittenRule } from './approval-shape.ts';
import type { WrittenBaseline, WrittenRepositoryConfig } from './repository-shape.ts';
import { problem } from './shape-problems.ts';
import { sharedBranches } from './shared-branches.ts';
import type { YamlFile } from './yaml-file.ts';

type Environments = NonNullable<WrittenRepositoryConfig['environments']>;

/** What has to hold between the parts of the repository's file. */
export function repositoryRules(
  file: YamlFile,
  { migrations, environments }: WrittenRepositoryConfig,
): readonly ConfigProblem[] {
  const directory = migrations?.directory ?? defaultMigrationSettings.directory;
  const common = runsAsMigration(file, ['migrations', 'baseline'], migrations?.baseline, directory);
  if (environments === undefined) return common;
  return [
    ...common,
    ...Object.entries(environments).flatMap(([name, { baseline }]) =>
      runsAsMigration(file, ['environments', name, 'baseline'], baseline, directory),
    ),
    ...sharedBranches(file, environments),
    ...promotions(file, environments),
    ...withoutSource(file, environments),
    ...contradictions(file, environments),
  ];
}

function runsAsMigration(
  file: YamlFile,
  at: readonly string[],
  baseline: WrittenBaseline | undefined,
  directory: string,
): readonly ConfigProblem[] {
  const path = typeof baseline === 'object' ? baseline.file : (baseline ?? '');
  if (!path.startsWith(`${directory}/`) || path.slice(directory.length + 1).includes('/')) return [];
  const message = `${path} stands in the migrations folder itself, and would be run as a migration. Put it beside that folder, or in a folder below it.`;
  return [problem(file, [...at], message)];
}

function promotions(file: YamlFile, environments: Environments): readonly ConfigProblem[] {
  const names = Object.keys(environments);
  return Object.entries(environments).flatMap(([name, { promotes_from: source }]) => {
    const at = ['environments', name, 'promotes_from'];
    if (source === undefined) return [];
    if (!names.includes(source)) {
      const meant = nearest(source, names, 3);
      const hint = meant === null ? `Environments here: ${names.join(', ')}.` : `Did you mean ${meant}?`;
      return [problem(file, at, `expected an environment of this file, found ${source}. ${hint}`)];
    }
    const branch = environments[name]?.branch ?? name;
    if (source !== name && (environments[source]?.branch ?? source) === branch) {
      const message = `${source} is on the same branch, ${branch}, so that nothing can be promoted from one to the other. Which of them comes first is said by after.`;
      return [problem(file, at, message)];
    }
    const circle = circleFrom(name, environments);
    if (circle === null) return [];
    return [problem(file, at, `environments promote from each other in a circle: ${circle.join(' from ')}.`)];
  });
}

/** What speaks of a promotion where there is none. */
function withoutSource(file: YamlFile, environments: Environments): readonly ConfigProblem[] {
  return Object.entries(environments).flatMap(([name, written]) => {
    if (written.promotes_from !== undefined) return [];
    return (['soak', 'promotion', 'hotfix'] as const).flatMap((key) => {
      if (written[key] === undefined) return [];
      const message = `it is about what is promoted to ${name}, and nothing says where from. Name that under promotes_from, or take it out.`;
      return [problem(file, ['environments', name, key], message)];
    });
  });
}

/** The way from an environment back to itself; null where its promotions end. */
function circleFrom(name: string, environments: Environments): readonly string[] | null {
  const way = [name];
  for (let next = environments[name]?.promotes_from; next !== undefined;) {
    if (next === name) return [...way, next];
    if (way.includes(next)) return null;
    way.push(next);
    next = environments[next]?.promotes_from;
  }
  return null;
}

function contradictions(file: YamlFile, environments: Environments): readonly ConfigProblem[] {
  return Object.entries(environments).flatMap(([name, written]) => {
    const { protected: isProtected = true, approvals, hotfix } = written;
    const required = approvals?.required;
    const isCombined = approvals?.all !== undefined || approvals?.any !== undefined;
    const at = ['environments', name, 'approvals'];
    if (!isProtected && ((required ?? 0) > 0 || isCombined || approvals?.when !== undefined)) {
      const found = (required ?? 0) > 0 ? `${required ?? 0} approvals are` : 'approvals are';
      const message = `${found} asked for, but protected is false. Say protected: true, or leave the approvals out.`;
      return [problem(file, required === undefined ? at : [...at, 'required'], message)];
    }
    if (
      !isProtected &&
      hotfix !== undefined &&
      (hotfix.approvals !== undefined || hotfix.from !== undefined)
    ) {
      const message =
        'approvals of a hotfix are asked for, but protected is false. Say protected: true, or leave them out.';
      return [problem(file, ['environments', name, 'hotfix'], message)];
    }
    if (isProtected && required === 0 && !isCombined) {
      const message =
        'a protected environment needs at least 1 approval. Ask for 1, or say protected: false.';
      return [problem(file, [...at, 'required'], message)];
    }
    return approvals === undefined ? [] : undecidable(file, at, approvals);
  });
}

/** Who takes which seat is worked out for plain rules alone. */
function undecidable(
  file: YamlFile,
  at: readonly (string | number)[],
  rule: WrittenRule,
): readonly ConfigProblem[] {
  const isPlain = (one: WrittenRule): boolean => one.any === undefined && one.all === undefined;
  const own =
    rule.different_people === true && !(rule.all ?? []).every(isPlain)
      ? [
          problem(
            file,
            [...at, 'different_people'],
            'the rules under all have to be plain ones (required and from).',
          ),
        ]
      : rule.different_people !== undefined && rule.all === undefined
        ? [
            problem(
              file,
              [...at, 'different_people'],
              'it says who counts for the rules under all, and there is no all.',
            ),
          ]
        : [];
  const below = (['all', 'any'] as const).flatMap((part) =>
    (rule[part] ?? []).flatMap((one, index) => undecidable(file, [...at, part, index], one)),
  );
  return [...own, ...below];
}
