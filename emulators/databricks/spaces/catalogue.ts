import type { Measure } from '../questions/intent.ts';

/** From the least to the most. */
export const levels = ['CAN_VIEW', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'] as const;
export type Level = (typeof levels)[number];

/** A Genie space: what it is asked about, and whom it is shared with. */
export type Space = {
  id: string;
  title: string;
  description: string;
  warehouseId: string;
  /** Where the workspace keeps it; the service names such paths in its refusals. */
  path: string;
  createdAt: string;
  measures: readonly Measure[];
  /** What every member may do; null: nothing. */
  everybody: Level | null;
  /** By the member's name. */
  shared: Readonly<Record<string, Level>>;
};

export const warehouseId = '9f8e7d6c5b4a3921';

export const spaces: readonly Space[] = [
  {
    id: '01f0a1b2c3d4e5f60718293a4b5c6d7e',
    title: 'Retail sales',
    description: 'Orders, returns, customers and products of the shop',
    warehouseId,
    path: '/directories/4410/genie/01f0a1b2c3d4e5f60718293a4b5c6d7e',
    createdAt: '2026-01-12T08:30:00Z',
    measures: ['orders', 'revenue', 'units', 'customers', 'returns', 'footprint'],
    everybody: 'CAN_RUN',
    shared: { Grace: 'CAN_MANAGE' },
  },
  {
    id: '01f0b7c8d9e0f1a2b3c4d5e6f7081920',
    title: 'Executive margins',
    description: 'What is earned on each product',
    warehouseId,
    path: '/directories/4477/genie/01f0b7c8d9e0f1a2b3c4d5e6f7081920',
    createdAt: '2026-03-02T14:05:00Z',
    measures: ['margin', 'revenue', 'units'],
    everybody: null,
    shared: { Ada: 'CAN_MANAGE', application: 'CAN_RUN' },
  },
];
