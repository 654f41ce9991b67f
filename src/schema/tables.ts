import type { Cell, Column, Table } from '../domain/tables.ts';
import { builder } from './builder.ts';

const ColumnType = builder.objectRef<Column>('Column').implement({
  description: 'A column of a table.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As the upstream names it.' }),
    type: t.exposeString('type', { description: "The upstream's own word for the type of its cells." }),
  }),
});

export const TableType = builder.objectRef<Table>('Table').implement({
  description:
    'Cells are strings, numbers, booleans or null; whole numbers beyond 2^53 and SQL decimals stay strings.',
  fields: (t) => ({
    columns: t.expose('columns', { type: [ColumnType], description: 'In order.' }),
    rows: t.field({
      type: t.listRef(t.listRef('JSON', { nullable: true })),
      description: 'Each as long as `columns`.',
      resolve: ({ rows }) => rows,
    }),
    rowCount: t.expose('rowCount', {
      type: 'SafeInt',
      nullable: true,
      description: 'Of all rows, where the upstream says; `rows` may hold fewer.',
    }),
    truncated: t.exposeBoolean('truncated', { description: 'Whether some rows are not in `rows`.' }),
  }),
});

/** What a client hands in: resolvers check the shape and name the row that is wrong. */
export const TableInputType = builder
  .inputRef<{ columns: string[]; rows: (Cell | unknown)[][] }>('TableInput')
  .implement({
    description: 'Rows of data; every row is as long as `columns`.',
    fields: (t) => ({
      columns: t.stringList({ required: true, description: 'Names, each once.' }),
      rows: t.field({
        type: t.listRef(t.listRef('JSON', { required: false })),
        required: true,
        description: 'Cells are strings, numbers, booleans or null.',
      }),
    }),
  });
