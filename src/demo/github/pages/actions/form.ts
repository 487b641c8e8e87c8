import type { Actor, Repository } from '../../model.ts';
import type { World } from '../../world.ts';

/** A form that somebody sent, already known to come from this site's own page. */
export interface Submission {
  readonly world: World;
  readonly by: Actor;
  readonly repository: Repository;
  readonly form: URLSearchParams;
}

/** Where the browser goes after a form, and what it is told there. */
export interface Outcome {
  readonly path: string;
  readonly says: string;
}

/** A field as text with Unix line ends (browsers send CRLF); empty where it is missing. */
export function field(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').replaceAll('\r\n', '\n');
}
