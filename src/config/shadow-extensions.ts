import { z } from 'zod';

/** Extensions that reach out of a database, whoever calls them, with what they do. */
const refused: readonly { readonly names: RegExp; readonly does: string }[] = [
  { names: /^(adminpack|file_fdw)$/, does: "reads or writes the server's files" },
  { names: /^postgis_raster$/, does: 'opens files and addresses by GDAL' },
  { names: /_fdw$|^(multicorn|wrappers)$/, does: 'reaches other servers' },
  { names: /^(dblink|http|pgsql-http|pg_net|plproxy)$/, does: 'opens connections' },
  { names: /^(pg_cron|pgagent|pg_background)$/, does: 'runs SQL that outlives the plan' },
  {
    // Untrusted languages end with u, and what converts types for them is named after them.
    names: /(^|_)(plperlu|pltclu|plpython[23]?u|pllua_?u|pljavau?|plr|plsh|plruby|plphpu|plrustu)$/,
    does: 'lets SQL run anything that the operating system lets the server run',
  },
];

/** Why an extension may not stand on a shadow server beforehand, as the end of a sentence; null where it may. */
function whyRefused(extension: string): string | null {
  return refused.find(({ names }) => names.test(extension))?.does ?? null;
}

const words =
  'the name of an extension in lower-case letters, digits, dashes and underscores, such as postgis';

const extension = z
  .string({ error: words })
  .regex(/^[a-z_][a-z0-9_-]{0,62}$/, words)
  .superRefine((name, context) => {
    const why = whyRefused(name);
    if (why === null) return;
    context.addIssue({
      code: 'custom',
      message: `an extension that keeps to its database (this one ${why}, and any pull request could have it do so)`,
    });
  });

/** Extensions that a shadow server has before any migration runs, in the order in which they are made. */
export const extensionList = z
  .array(extension, { error: 'a list of extensions, such as [postgis, pg_stat_statements]' })
  .max(50, 'at most 50 extensions')
  .transform((names): readonly string[] => [...new Set(names)]);
