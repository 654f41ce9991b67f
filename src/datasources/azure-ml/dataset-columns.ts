import type { Dataset } from '../../domain/datasets.ts';
import { MlgraphError } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import type { Datasets } from './datasets.ts';
import type { Datastores } from './datastores.ts';
import { readTableHeader } from './table-header.ts';

/** Column names of a TABLE. @throws BAD_USER_INPUT where there are none to read, NOT_FOUND where the data is gone. */
export async function readColumns(
  { settings }: Connection,
  datasets: Datasets,
  datastores: Datastores,
  { name, version, type, uri }: Dataset,
): Promise<string[]> {
  if (type !== 'TABLE' || version === null) {
    throw new MlgraphError('BAD_USER_INPUT', `The dataset "${name}" is no table.`);
  }
  const address = uri ?? (await datasets.uri(name, version));
  return (await readTableHeader(address, settings, datastores.open)).columns;
}
