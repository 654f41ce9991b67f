import { badInput } from '../../domain/errors.ts';

/** Services in Python give up at some hundreds, writers of JSON at some thousands: what is deeper nobody could read. */
const mostLevels = 100;

/** Checks how deep arrays and objects lie within each other. @throws BAD_USER_INPUT naming the field. */
export function assertNested(field: string, value: unknown): void {
  let level = membersOf([value]);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > mostLevels) throw badInput(field, `${field}: at most ${mostLevels} levels were expected.`);
    level = membersOf(level.flatMap(Object.values));
  }
}

const membersOf = (values: unknown[]): object[] =>
  values.filter((value) => typeof value === 'object' && value !== null);
