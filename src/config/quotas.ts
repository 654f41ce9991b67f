import type { Settings } from './settings.ts';

/** How much a caller may ask for. */
export type QuotasConfig = Readonly<{
  /** What one operation may cost. */
  maxCost: number;
  /** What the operations of a person or a key may cost together in a minute; null: as much as they like. */
  costPerMinute: number | null;
}>;

const max = 1_000_000_000;

export const readQuotas = (settings: Settings): QuotasConfig => ({
  maxCost: settings.whole('MLGRAPH_MAX_COST', 10_000, { min: 1, max }),
  costPerMinute:
    settings.text('MLGRAPH_COST_PER_MINUTE') === undefined
      ? null
      : settings.whole('MLGRAPH_COST_PER_MINUTE', 1, { min: 1, max }),
});
