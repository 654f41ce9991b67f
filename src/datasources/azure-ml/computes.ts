import { collectPage, mapPage, type Page, type PageRequest } from '../../domain/paging.ts';
import type { Compute } from '../../domain/workspace.ts';
import { armPage } from './arm-paging.ts';
import { toCompute } from './assets-to-domain.ts';
import { type Connection, orNotFound } from './connection.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import { compute } from './wire.ts';

export async function listComputes(connection: Connection, page: PageRequest): Promise<Page<Compute>> {
  const list = { path: '/computes', item: compute };
  const found = await collectPage(page, (token) => armPage(connection, list, token));
  return mapPage(found, (wire) => toCompute(wire, connection.home));
}

export async function getCompute({ arm, home }: Connection, name: string): Promise<Compute> {
  const path = `/computes${below(known.compute(name))}`;
  const answer = arm({ method: 'GET', path, schema: compute });
  return toCompute(await orNotFound(answer, `There is no compute "${name}" in this workspace.`), home);
}
