import { defaultPageSize } from '../domain/paging.ts';

/** `each`: for every object; `page`: once for all objects of the page that they are in. */
export type Load = { each: number; page: number };
/** Of what is asked of one object. `items`: of what stands below `nodes` and `edges`, for one item. */
export type SetLoad = Load & { items: Load };

export const nothing = (): SetLoad => ({ each: 0, page: 0, items: { each: 0, page: 0 } });

export function add(to: Load, load: Load): void {
  to.each += load.each;
  to.page += load.page;
}

export function addSet(to: SetLoad, load: SetLoad): void {
  add(to, load);
  add(to.items, load.items);
}

/** Zero times what is too deep to be counted is nothing. */
const times = (size: number, { each, page }: Load) => (size === 0 ? 0 : size * each) + page;

/** A page is read in as many parts as it has times the usual size. */
export const loadOfPage = (weight: Load, below: SetLoad, size: number): Load => ({
  each:
    weight.each * Math.max(1, Math.ceil(size / defaultPageSize)) +
    below.each +
    below.page +
    times(size, below.items),
  page: weight.page,
});

/** Of a list `byIds` each item is asked for by itself. */
export const loadOfList = (weight: Load, below: Load, size: number, byIds: boolean): Load => ({
  each: weight.each * (byIds ? Math.max(1, size) : 1) + times(size, below),
  page: weight.page,
});

export const loadOfOne = (weight: Load, below: Load): Load => ({
  each: weight.each + below.each,
  page: weight.page + below.page,
});
