export const measures = [
  'orders',
  'revenue',
  'units',
  'customers',
  'returns',
  'footprint',
  'margin',
] as const;
export type Measure = (typeof measures)[number];

export const dimensions = ['day', 'month', 'region', 'category', 'channel', 'product', 'reason'] as const;
export type Dimension = (typeof dimensions)[number];

export const listings = ['orders', 'customers', 'page views'] as const;
export type Listing = (typeof listings)[number];

/** What narrows an answer down. */
export type Refinement = {
  by: Dimension | null;
  region: string | null;
  /** Up to the last day on record. */
  lastDays: number | null;
  top: number | null;
};

/** What a question asks for, as far as it is understood. */
export type Intent =
  | ({ kind: 'aggregate'; measure: Measure } & Refinement)
  | ({ kind: 'listing'; of: Listing } & Refinement)
  /** It could mean several measures: the answer asks which. */
  | ({ kind: 'unclear' } & Refinement)
  /** Answered in words alone. */
  | { kind: 'talk'; topic: 'help' | 'unknown' | 'not here' };

/** What can be asked of each measure. */
export const dimensionsOf: Readonly<Record<Measure, readonly Dimension[]>> = {
  orders: ['day', 'month', 'region', 'category', 'channel', 'product'],
  revenue: ['day', 'month', 'region', 'category', 'channel', 'product'],
  units: ['day', 'month', 'region', 'category', 'channel', 'product'],
  customers: ['month', 'region'],
  returns: ['day', 'month', 'region', 'category', 'channel', 'product', 'reason'],
  footprint: ['month', 'region', 'category', 'product'],
  margin: ['day', 'month', 'region', 'category', 'channel', 'product'],
};
