import type { Person } from '../../domain/gate.ts';
import type { Subject } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';

/** How long what a reviewer may do is believed, on an open pull request; a webhook that tells of a change ends it. */
const believedMs = 60_000;

/** `kept`: found out within the last minute is enough. `now`: asked anew, as for everything that is applied. */
export type Freshness = 'kept' | 'now';

/** What one login may do, of what `subjects` ask about. */
export async function rightsOf(
  host: CodeHost,
  { records, clock }: Pick<Tools, 'records' | 'clock'>,
  login: string,
  subjects: readonly Subject[],
  freshness: Freshness,
): Promise<Person> {
  const { id } = host.repository;
  const asked = questionOf(subjects);
  const now = clock();
  if (freshness === 'kept') {
    const kept = await records.keptPerson(id, login, asked, new Date(now.getTime() - believedMs));
    if (kept !== null) return kept;
  }
  const person = await host.reviewer(login, subjects);
  // By the time before the question: what changed while it was answered is not believed for longer.
  await records.keepPerson(id, person, asked, now);
  return person;
}

/** The same for the same question, whatever order the policy has its subjects in; the role is always asked for. */
function questionOf(subjects: readonly Subject[]): string {
  const teams = subjects.flatMap((subject) =>
    subject.kind === 'team' ? [`${subject.organisation}/${subject.slug}`.toLowerCase()] : [],
  );
  return ['role', ...[...new Set(teams)].sort()].join(' ');
}
