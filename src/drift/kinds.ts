import type { Kind } from './kind.ts';
import { cast } from './kinds/cast.ts';
import { code } from './kinds/code.ts';
import { comment } from './kinds/comment.ts';
import { defaultPrivileges } from './kinds/default-privileges.ts';
import { dependent } from './kinds/dependent.ts';
import { domain } from './kinds/domain.ts';
import { eventTrigger } from './kinds/event-trigger.ts';
import { extension } from './kinds/extension.ts';
import { foreignDataWrapper, foreignServer, userMapping } from './kinds/foreign.ts';
import { grants } from './kinds/grants.ts';
import { index } from './kinds/index.ts';
import { materializedView } from './kinds/materialized-view.ts';
import { operator } from './kinds/operator.ts';
import {
  accessMethod,
  aggregate,
  collation,
  conversion,
  language,
  searchParser,
  searchTemplate,
  transform,
} from './kinds/plain-kinds.ts';
import { publication } from './kinds/publication.ts';
import { schema } from './kinds/schema.ts';
import { sequence } from './kinds/sequence.ts';
import { statistics } from './kinds/statistics.ts';
import { table } from './kinds/table.ts';
import { searchConfiguration, searchDictionary } from './kinds/text-search.ts';
import { type } from './kinds/type.ts';
import { view } from './kinds/view.ts';

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    'access method': accessMethod,
    aggregate,
    cast,
    collation,
    comment,
    conversion,
    'default privileges': defaultPrivileges,
    domain,
    'event trigger': eventTrigger,
    extension,
    'foreign data wrapper': foreignDataWrapper,
    'foreign server': foreignServer,
    'foreign table': table,
    function: code('FUNCTION'),
    grants,
    index,
    language,
    'materialized view': materializedView,
    operator,
    policy: dependent('POLICY'),
    procedure: code('PROCEDURE'),
    publication,
    rule: dependent('RULE'),
    schema,
    sequence,
    statistics,
    table,
    'text search configuration': searchConfiguration,
    'text search dictionary': searchDictionary,
    'text search parser': searchParser,
    'text search template': searchTemplate,
    transform,
    trigger: dependent('TRIGGER'),
    type,
    'user mapping': userMapping,
    view,
  }),
);

/**
 * Undefined for a kind of which nothing is known: operator classes and families, whose members are not their own;
 * subscriptions, whose connections nobody reads; security labels, which only their provider takes.
 */
export function kindOf(name: string): Kind | undefined {
  return kinds.get(name);
}
