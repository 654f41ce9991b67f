import { firstDayOf } from '../warehouse/tables.ts';
import type { Dimension, Intent, Listing, Measure, Refinement } from './intent.ts';

export type Parameter = { keyword: string; sql_type: 'DATE' | 'STRING'; value: string };

/** One statement, with named parameters as `:name`. */
export type Statement = { title: string; description: string; sql: string; parameters: Parameter[] };

type Alias = 'o' | 'c' | 'p' | 'r' | 'k';

const joins: Record<Exclude<Alias, 'o'>, string> = {
  c: 'JOIN sales.core.customers c ON c.customer_id = o.customer_id',
  p: 'JOIN sales.core.products p ON p.product_id = o.product_id',
  r: 'JOIN sales.core.returns r ON r.order_id = o.order_id',
  k: 'JOIN finance.core.product_costs k ON k.product_id = o.product_id',
};

const measureSql: Record<Measure, { value: string; of: string; needs: Alias[]; date: string }> = {
  orders: { value: 'count(*)', of: 'Orders', needs: [], date: 'o.order_date' },
  revenue: { value: 'sum(o.amount)', of: 'Revenue', needs: [], date: 'o.order_date' },
  units: { value: 'CAST(sum(o.quantity) AS BIGINT)', of: 'Units', needs: [], date: 'o.order_date' },
  customers: { value: 'count(*)', of: 'Customers', needs: [], date: 'c.joined_on' },
  returns: { value: 'count(*)', of: 'Returns', needs: ['r'], date: 'r.returned_on' },
  footprint: { value: 'sum(o.quantity * p.co2_grams)', of: 'Footprint', needs: ['p'], date: 'o.order_date' },
  margin: {
    value: 'sum(o.amount - o.quantity * k.unit_cost)',
    of: 'Margin',
    needs: ['k'],
    date: 'o.order_date',
  },
};

const columnOf: Record<Dimension, { expression(date: string): string; name: string; needs: Alias[] }> = {
  day: { expression: (date) => date, name: 'day', needs: [] },
  month: { expression: (date) => `CAST(date_trunc('MONTH', ${date}) AS DATE)`, name: 'month', needs: [] },
  region: { expression: () => 'c.region', name: 'region', needs: ['c'] },
  category: { expression: () => 'p.category', name: 'category', needs: ['p'] },
  channel: { expression: () => 'o.channel', name: 'channel', needs: [] },
  product: { expression: () => 'p.product_name', name: 'product', needs: ['p'] },
  reason: { expression: () => 'r.reason', name: 'reason', needs: ['r'] },
};

/** The SQL that answers a question about data. */
export const statementOf = (intent: Extract<Intent, { kind: 'aggregate' | 'listing' }>): Statement =>
  intent.kind === 'listing' ? listing(intent.of, intent) : aggregate(intent.measure, intent);

function aggregate(measure: Measure, refinement: Refinement): Statement {
  const { value, of, needs, date } = measureSql[measure];
  const { by, region, top } = refinement;
  const dimension = by ? columnOf[by] : null;
  const tables = [...needs, ...(dimension?.needs ?? []), ...(region ? (['c'] as const) : [])];
  const group = dimension ? `${dimension.expression(date)} AS ${dimension.name}, ` : '';
  const isTime = by === 'day' || by === 'month';
  const sql = [
    `SELECT ${group}${value} AS ${measure}`,
    measure === 'customers' ? 'FROM sales.core.customers c' : from(tables),
    ...where(date, refinement),
    ...(dimension ? ['GROUP BY 1', isTime ? 'ORDER BY 1' : 'ORDER BY 2 DESC, 1'] : []),
    ...(top ? [`LIMIT ${top}`] : []),
  ].join('\n');
  const title = dimension ? `${of} by ${dimension.name}` : of;
  return {
    title,
    description: `Computes ${title.toLowerCase()}${inWords(refinement)}.`,
    sql,
    parameters: parametersOf(refinement),
  };
}

const listingSql: Record<
  Listing,
  { select: string; from: string; date: string; order: string; limit: string }
> = {
  customers: {
    select: 'c.customer_id, c.customer_name, c.region, c.joined_on, c.loyalty_id',
    from: 'FROM sales.core.customers c',
    date: 'c.joined_on',
    order: 'ORDER BY c.customer_id',
    limit: '',
  },
  orders: {
    select: 'o.order_id, o.ordered_at, o.amount, o.discount, o.is_gift, p.product_name',
    from: `${from(['p', 'c'])}`,
    date: 'o.order_date',
    order: 'ORDER BY o.ordered_at DESC, o.order_id',
    limit: 'LIMIT 10',
  },
  'page views': {
    select: 'v.view_id, v.viewed_at, v.product_id, v.seconds',
    from: 'FROM sales.core.page_views v',
    date: 'CAST(v.viewed_at AS DATE)',
    order: 'ORDER BY v.view_id',
    limit: '',
  },
};

function listing(of: Listing, refinement: Refinement): Statement {
  const { select, from, date, order, limit } = listingSql[of];
  const narrowed = of === 'page views' ? { ...refinement, region: null } : refinement;
  const last = refinement.top ? `LIMIT ${refinement.top}` : limit;
  const sql = [`SELECT ${select}`, from, ...where(date, narrowed), order, ...(last ? [last] : [])].join('\n');
  const title = `List of ${of}`;
  return { title, description: `Lists ${of}${inWords(narrowed)}.`, sql, parameters: parametersOf(narrowed) };
}

function from(needs: readonly Alias[]): string {
  const wanted = new Set(needs);
  const joined = (['c', 'p', 'r', 'k'] as const)
    .filter((alias) => wanted.has(alias))
    .map((alias) => joins[alias]);
  return ['FROM sales.core.orders o', ...joined].join('\n');
}

function where(date: string, { lastDays, region }: Refinement): string[] {
  const conditions = [...(lastDays ? [`${date} >= :start`] : []), ...(region ? ['c.region = :region'] : [])];
  return conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : [];
}

const parametersOf = ({ lastDays, region }: Refinement): Parameter[] => [
  ...(lastDays ? [{ keyword: 'start', sql_type: 'DATE' as const, value: firstDayOf(lastDays) }] : []),
  ...(region ? [{ keyword: 'region', sql_type: 'STRING' as const, value: region }] : []),
];

const inWords = ({ lastDays, region, top }: Refinement): string =>
  [
    lastDays ? ` of the last ${lastDays} days on record` : '',
    region ? ` in the region ${region}` : '',
    top ? `, the first ${top}` : '',
  ].join('');
