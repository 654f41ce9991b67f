import type { Database } from './database.ts';

export type Column = {
  name: string;
  /** As SQL writes it. */
  type: string;
  /** SQL of its default. */
  default: string | null;
};
export type Table = { name: string; columns: ReadonlyMap<string, Column>; primaryKey: readonly string[] };
export type Parameter = { name: string; type: string; required: boolean };
export type DatabaseFunction = {
  name: string;
  parameters: readonly Parameter[];
  /** `rows`: a composite type. */
  returns: 'void' | 'scalar' | 'rows';
  /** Set-returning. */
  many: boolean;
};

/** What the schema `public` holds. */
export type Catalogue = {
  tables: ReadonlyMap<string, Table>;
  /** By name; several where it is overloaded. */
  functions: ReadonlyMap<string, readonly DatabaseFunction[]>;
};

export async function readCatalogue(database: Database): Promise<Catalogue> {
  const [tables, functions] = await database.administer(async (query) => {
    const [table] = await query(tablesSql);
    const [fn] = await query(functionsSql);
    return [parsed<TableRow>(table?.found), parsed<DatabaseFunction>(fn?.found)];
  });
  return {
    tables: new Map(tables.map((table) => [table.name, tableOf(table)])),
    functions: Map.groupBy(functions, ({ name }) => name),
  };
}

type TableRow = { name: string; columns: Column[]; primaryKey: string[] };

const parsed = <T>(json: string | null | undefined): T[] => JSON.parse(json ?? '[]');
const tableOf = ({ name, columns, primaryKey }: TableRow): Table => ({
  name,
  columns: new Map(columns.map((column) => [column.name, column])),
  primaryKey,
});

const tablesSql = `
  select json_agg(json_build_object(
    'name', c.relname,
    'columns', (
      select coalesce(json_agg(json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'default', pg_get_expr(d.adbin, d.adrelid)
      ) order by a.attnum), '[]')
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ),
    'primaryKey', (
      select coalesce(json_agg(a.attname order by array_position(i.indkey::int2[], a.attnum)), '[]')
      from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
      where i.indrelid = c.oid and i.indisprimary
    )
  ))::text as found
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')`;

const functionsSql = `
  select json_agg(json_build_object(
    'name', p.proname,
    'parameters', (
      select coalesce(json_agg(json_build_object(
        'name', coalesce(p.proargnames[n], ''),
        'type', format_type(p.proargtypes[n - 1], null),
        'required', n <= p.pronargs - p.pronargdefaults
      ) order by n), '[]')
      from generate_series(1, p.pronargs) n
    ),
    'returns', case
      when t.oid = 'void'::regtype then 'void'
      when t.typtype = 'c' or p.proargmodes @> '{t}' or p.proargmodes @> '{o}' then 'rows'
      else 'scalar' end,
    'many', p.proretset
  ))::text as found
  from pg_proc p join pg_type t on t.oid = p.prorettype
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and t.oid <> 'trigger'::regtype`;
