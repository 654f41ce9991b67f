import type { Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import { type GlobalId, parseId, readId } from '../domain/ids.ts';
import { maxPageSize } from '../domain/paging.ts';
import { getAgent } from './agents.ts';
import { getApiKey } from './api-keys.ts';
import { getConversation, getMessage as getGenieMessage, getSpace } from './genie/reading.ts';
import { noSuch, readAgentName, readKey } from './keys.ts';
import { getMessage } from './messages.ts';
import { getRoleAssignment } from './role-assignments.ts';
import { getRun } from './run-reader.ts';
import { getArtifact } from './services/artifacts.ts';
import { getService } from './services/catalogue.ts';
import { getConfig } from './services/configs.ts';
import { getServiceKey } from './services/keys.ts';
import { getServiceModel } from './services/models.ts';
import { getSession } from './sessions.ts';
import { userOf } from './viewer.ts';

/** Whatever has a global id. */
export type Nodelike = { id: string; kind?: string };
type Reader = (key: readonly string[], context: Context) => Promise<Nodelike>;

/** A map: of an object the concept `constructor`, which anybody can write into an id, would be a reader too. */
const azureReaders = new Map<string, Reader>([
  ['Dataset', ([name = '', version], { azureML }) => azureML.getDataset(name, version || null)],
  ['Model', ([name = '', version], { azureML }) => azureML.getModel(name, version || null)],
  ['Experiment', ([name = ''], { azureML }) => azureML.getExperiment(name)],
  ['Compute', ([name = ''], { azureML }) => azureML.getCompute(name)],
]);

type OwnReader = (id: string, field: string, context: Context) => Promise<Nodelike>;
/** Those that read their ids themselves. */
const ownReaders = new Map<string, OwnReader>([
  ['Run', getRun],
  ['Service', getService],
  ['ServiceKey', getServiceKey],
  ['ModelConfig', getConfig],
  ['Artifact', getArtifact],
  ['GenieSpace', getSpace],
  ['GenieConversation', getConversation],
  ['GenieMessage', getGenieMessage],
  ['User', getUser],
  ['AuditEvent', getAuditEvent],
  ['ApiKey', getApiKey],
  ['RoleAssignment', getRoleAssignment],
  ['Agent', (id, field, context) => getAgent(readAgentName(id, field, context), field, context)],
  ['Session', (id, field, context) => getSession(readKey(id, field, 'Session'), field, context)],
  ['Message', (id, field, context) => getMessage(readKey(id, field, 'Message'), field, context)],
]);

/** A person's key is printable text. */
const isPersonKey = (key: string) => /^[\x21-\x7e]{1,512}$/.test(key);

/** The caller, or to an administrator anybody. */
async function getUser(id: string, field: string, context: Context): Promise<Nodelike> {
  const [key = ''] = readId(id, { field, concepts: ['User'], home: '' }).key;
  const own = key === context.caller.key;
  const user = own ? await userOf(context) : isPersonKey(key) ? await context.store.getUser(key) : null;
  if (!user) throw noSuch('User', field);
  return user;
}

/** To an administrator: the database shows it to nobody else. */
async function getAuditEvent(id: string, field: string, context: Context): Promise<Nodelike> {
  const event = await context.store.getAuditEvent(readKey(id, field, 'AuditEvent'));
  if (!event) throw noSuch('AuditEvent', field);
  return event;
}

/** @throws BAD_USER_INPUT where `id` is none of ours, NOT_FOUND where it names nothing that the caller may see. */
export async function getNode(id: string, field: string, context: Context): Promise<Nodelike> {
  const { concept, provider, key } = readAny(id, field);
  if (concept === 'Model' && provider === 'CHAPKIT') return getServiceModel(id, field, context);
  const own = ownReaders.get(concept);
  if (own) return own(id, field, context);
  const reader = azureReaders.get(concept);
  if (!reader) throw badInput(field, `${field}: this API has no ${concept}.`);
  readId(id, { field, concepts: [concept], home: context.azureML.home });
  return reader(key, context);
}

function readAny(id: string, field: string): GlobalId {
  const parsed = parseId(id);
  if (!parsed) throw badInput(field, `${field}: not an id of this API.`);
  return parsed;
}

/** Each id on its own: one that fails leaves its error in its place. */
export function getNodes(ids: readonly string[], context: Context): Promise<Nodelike>[] {
  if (ids.length > maxPageSize)
    throw badInput('ids', `ids: at most ${maxPageSize} were expected, not ${ids.length}.`);
  return ids.map((id) => getNode(id, 'ids', context));
}
