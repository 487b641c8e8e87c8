/**
 * One number over every row of PostgreSQL's catalog that is about something of the users' own: each row's place and
 * the transaction that wrote it last. Whatever changes such an object writes its row anew. What VACUUM and ANALYZE note
 * is written in place and changes nothing (PostgreSQL's heap_inplace_update), and neither do temporary tables.
 */
export const catalogFingerprintSql = `WITH spaces AS MATERIALIZED (
    SELECT oid, xmin FROM pg_namespace
     WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'tidegate')),
  rel AS MATERIALIZED (SELECT oid, xmin FROM pg_class WHERE relnamespace IN (SELECT oid FROM spaces)
    OR (relkind = 't' AND reloptions IS NOT NULL))
  SELECT md5(concat_ws('/', ${sums().join(', ')})) AS fingerprint`;

/** PostgreSQL gives what users make numbers from 16384 on ("FirstNormalObjectId"). */
function sums(): readonly string[] {
  const ofUsers = 'x.oid >= 16384';
  const inSpaces = (column: string): string => `x.${column} IN (SELECT oid FROM spaces)`;
  const ofRelations = (column: string): string => `x.${column} IN (SELECT oid FROM rel)`;
  const listed: readonly (readonly [string, string, string?])[] = [
    ['spaces', 'true'],
    ['rel', 'true'],
    ['pg_attribute', `x.attnum > 0 AND ${ofRelations('attrelid')}`, 'x.attrelid, x.attnum, x.xmin'],
    ['pg_attrdef', ofRelations('adrelid')],
    ['pg_constraint', inSpaces('connamespace')],
    ['pg_index', ofRelations('indrelid'), 'x.indexrelid, x.xmin'],
    ['pg_inherits', ofRelations('inhrelid'), 'x.inhrelid, x.inhparent, x.xmin'],
    ['pg_sequence', ofRelations('seqrelid'), 'x.seqrelid, x.xmin'],
    ['pg_trigger', ofRelations('tgrelid')],
    ['pg_rewrite', ofRelations('ev_class')],
    ['pg_policy', ofRelations('polrelid')],
    ['pg_partitioned_table', ofRelations('partrelid'), 'x.partrelid, x.xmin'],
    ['pg_foreign_table', ofRelations('ftrelid'), 'x.ftrelid, x.xmin'],
    // An owner of a sequence stands here alone.
    [
      'pg_depend',
      `x.classid = 'pg_class'::regclass AND x.deptype = 'a' AND ${ofRelations('objid')}`,
      'x.objid, x.refobjid, x.refobjsubid, x.xmin',
    ],
    ['pg_type', inSpaces('typnamespace')],
    ['pg_enum', ofUsers],
    ['pg_range', 'x.rngtypid >= 16384', 'x.rngtypid, x.xmin'],
    ['pg_proc', inSpaces('pronamespace')],
    ['pg_aggregate', 'x.aggfnoid::oid >= 16384', 'x.aggfnoid::oid, x.xmin'],
    ['pg_operator', ofUsers],
    ['pg_opclass', ofUsers],
    ['pg_opfamily', ofUsers],
    ['pg_amop', ofUsers],
    ['pg_amproc', ofUsers],
    ['pg_cast', ofUsers],
    ['pg_collation', inSpaces('collnamespace')],
    ['pg_ts_config', inSpaces('cfgnamespace')],
    ['pg_ts_config_map', 'x.mapcfg >= 16384', 'x.mapcfg, x.maptokentype, x.mapseqno, x.xmin'],
    ['pg_ts_dict', inSpaces('dictnamespace')],
    ['pg_statistic_ext', inSpaces('stxnamespace')],
    ['pg_extension', ofUsers],
    ['pg_language', 'x.lanispl'],
    ['pg_am', ofUsers],
    ['pg_ts_parser', inSpaces('prsnamespace')],
    ['pg_ts_template', inSpaces('tmplnamespace')],
    ['pg_conversion', inSpaces('connamespace')],
    ['pg_transform', ofUsers],
    // What has passwords in it is not for everybody, and so is not who wrote a row of it.
    ['pg_user_mappings', 'true', 'x.umid, x.umuser'],
    [
      'pg_subscription',
      'x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
      'x.oid, x.subname, x.subowner, x.subenabled, x.subslotname, x.subpublications',
    ],
    ['pg_seclabel', 'x.objoid >= 16384', 'x.classoid, x.objoid, x.objsubid, x.provider, x.xmin'],
    ['pg_event_trigger', 'true'],
    ['pg_publication', 'true'],
    ['pg_publication_rel', 'true'],
    ['pg_foreign_data_wrapper', 'true'],
    ['pg_foreign_server', 'true'],
    ['pg_default_acl', 'true'],
    ['pg_description', 'x.objoid >= 16384', 'x.classoid, x.objoid, x.objsubid, x.xmin'],
  ];
  return listed.map(([catalog, where, columns = 'x.oid, x.xmin']) => {
    // A sum needs no order; the hash of a row is hashed again, or two rows that swapped a value would sum up the same.
    const hash = `hashint8extended(hash_record_extended(ROW(${columns}), 0), 0)`;
    return `(SELECT coalesce(sum(${hash}), 0) FROM ${catalog} x WHERE ${where})`;
  });
}
