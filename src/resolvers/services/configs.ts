import type { Context } from '../../context.ts';
import { badInput } from '../../domain/errors.ts';
import { type Page, type PageArgs, readPage } from '../../domain/paging.ts';
import type { ModelConfig, Service } from '../../domain/services.ts';
import { naming } from '../keys.ts';
import { checkConfigData } from './config-schema.ts';
import { readPartId, readServiceId } from './ids.ts';
import { assertRight, open } from './rights.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller'>;

/** The JSON Schema of a configuration's `data`; null where the service takes none. */
export const configSchemaOf = async (service: Service, context: Ask): Promise<unknown> =>
  service.provider === 'CHAPKIT' ? open(service.systemName, 'id', context).configSchema() : null;

export async function configsOf(
  { systemName, provider }: Service,
  args: PageArgs,
  context: Ask,
): Promise<Page<ModelConfig> | null> {
  if (provider !== 'CHAPKIT') return null;
  const page = readPage(args, context.caller.key, ['configs', systemName]);
  return open(systemName, 'id', context).listConfigs(page);
}

export async function getConfig(id: string, field: string, context: Ask): Promise<ModelConfig> {
  const { service, key } = readPartId(id, field, 'ModelConfig', context);
  return naming(field, open(service, field, context).getConfig(key));
}

export type CreateConfigInput = { serviceId: string; name: string; data?: unknown; tags?: string[] | null };
export type UpdateConfigInput = {
  id: string;
  name?: string | null;
  data?: unknown;
  tags?: string[] | null;
};

/** Checked against the service's own schema before it is sent; what comes back has the defaults filled in. */
export async function createConfig(
  { serviceId, name, data, tags }: CreateConfigInput,
  context: Ask,
): Promise<{ config: ModelConfig }> {
  const service = readServiceId(serviceId, 'input.serviceId', context);
  assertRight(service, 'train', 'input.serviceId', context);
  const content = { name: readName(name), data, tags: readTags(tags ?? []) };
  const chapkit = open(service, 'input.serviceId', context);
  checkConfigData(service, await chapkit.configSchema(), data, 'input.data');
  return { config: await chapkit.createConfig(content) };
}

/** What is not given stays as it is. */
export async function updateConfig(
  { id, name, data, tags }: UpdateConfigInput,
  context: Ask,
): Promise<{ config: ModelConfig }> {
  const { service, key } = readPartId(id, 'input.id', 'ModelConfig', context);
  assertRight(service, 'train', 'input.id', context);
  const chapkit = open(service, 'input.id', context);
  const change = {
    ...(name == null ? {} : { name: readName(name) }),
    ...(data == null ? {} : { data }),
    ...(tags == null ? {} : { tags: readTags(tags) }),
  };
  if (data != null) checkConfigData(service, await chapkit.configSchema(), data, 'input.data');
  const present = await naming('input.id', chapkit.getConfig(key));
  const content = { name: present.name, data: present.data, tags: present.tags, ...change };
  return { config: await naming('input.id', chapkit.updateConfig(key, content)) };
}

/** With the artifacts that hang on it. */
export async function deleteConfig({ id }: { id: string }, context: Ask): Promise<{ id: string }> {
  const { service, key } = readPartId(id, 'input.id', 'ModelConfig', context);
  assertRight(service, 'train', 'input.id', context);
  await naming('input.id', open(service, 'input.id', context).deleteConfig(key));
  return { id };
}

const maxName = 255;

function readName(name: string): string {
  const text = name.trim();
  if (text !== '' && text.length <= maxName) return text;
  throw badInput('input.name', `input.name: 1 to ${maxName} characters were expected.`);
}

const mostTags = 50;

/** As a service takes them: each once, of letters, digits, `-` and `_`. */
function readTags(tags: readonly string[]): string[] {
  const refused = (why: string) => badInput('input.tags', `input.tags: ${why}`);
  if (tags.length > mostTags) throw refused(`at most ${mostTags} were expected, not ${tags.length}.`);
  for (const tag of tags) {
    if (!/^[\w-]{1,100}$/.test(tag))
      throw refused('1 to 100 letters, digits, "-" or "_" were expected of each.');
  }
  if (new Set(tags).size < tags.length) throw refused('each was expected once.');
  return [...tags];
}
