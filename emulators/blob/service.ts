import { randomUUID } from 'node:crypto';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { ReplyError } from '../kit/server.ts';
import { type Authorizer, authorize } from './authorize.ts';
import { listContainer } from './listing.ts';
import { blobHeaders, listBlocks, readBlob } from './reads.ts';
import type { Permission } from './sas.ts';
import type { BlobAddress, BlobStorage, StoredBlob } from './storage.ts';
import { putBlob, putBlock, putBlockList, putMetadata } from './writes.ts';
import { refuse, storageError } from './xml.ts';

export type BlobService = Authorizer & { storage: BlobStorage };
type Call = { service: BlobService; request: EmulatorRequest; at: BlobAddress };
type Operation = { anyOf: Permission[]; run(call: Call): Reply | Promise<Reply> };

/** Answers one request to the storage account, addressed as `/{account}/{container}/{blob}` or by host name. */
export async function serveBlob(service: BlobService, request: EmulatorRequest): Promise<Reply> {
  const reply = await attempt(service, request);
  const ids: Record<string, string> = { 'x-ms-request-id': randomUUID(), 'x-ms-version': '2026-04-06' };
  const clientId = request.headers['x-ms-client-request-id'];
  if (typeof clientId === 'string') ids['x-ms-client-request-id'] = clientId;
  return { ...reply, headers: { ...ids, ...reply.headers } };
}

/** The storage account's own form of the status a fault asks for. */
export const blobFault = (status: number): Reply =>
  storageError(status, faultCodes[status] ?? 'InternalError', `The emulator answered ${status}.`);
const faultCodes: Record<number, string> = {
  403: 'AuthorizationFailure',
  404: 'ResourceNotFound',
  429: 'ServerBusy',
  503: 'ServerBusy',
};

async function attempt(service: BlobService, request: EmulatorRequest): Promise<Reply> {
  try {
    const at = addressOf(service, request);
    const operation = operationOf(request, at);
    // The right to create is not the right to overwrite.
    const overwrites = operation.anyOf.includes('c') && service.storage.get(at) !== undefined;
    authorize(service, request, at, overwrites ? ['w'] : operation.anyOf);
    return await operation.run({ service, request, at });
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

function addressOf({ account }: BlobService, request: EmulatorRequest): BlobAddress {
  const parts = request.path.slice(1).split('/');
  const byHost = request.headers.host?.startsWith(`${account.name}.`) ?? false;
  if (!byHost && parts.shift() !== account.name)
    throw refuse(404, 'ResourceNotFound', 'The specified account does not exist.');
  const [container = '', ...name] = parts;
  return { container, name: name.join('/') };
}

function operationOf(request: EmulatorRequest, at: BlobAddress): Operation {
  const query = request.url.searchParams;
  const kind = query.get('restype') === 'container' || at.name === '' ? 'container' : 'blob';
  const operation = operations[`${request.method} ${kind} ${query.get('comp') ?? ''}`.trimEnd()];
  if (!operation || at.container === '')
    throw refuse(400, 'InvalidQueryParameterValue', 'This operation is not supported here.');
  return operation;
}

const operations: Record<string, Operation> = {
  'PUT container': { anyOf: [], run: createContainer },
  'GET container': { anyOf: ['r', 'l'], run: existing(() => ({ status: 200 })) },
  'HEAD container': { anyOf: ['r', 'l'], run: existing(() => ({ status: 200 })) },
  'GET container list': {
    anyOf: ['l'],
    run: existing(({ service, at, request }) => listContainer(service.storage, at.container, request)),
  },
  'GET blob': {
    anyOf: ['r'],
    run: ofBlob((blob, { service, request }) => readBlob(service.storage, blob, request)),
  },
  'HEAD blob': {
    anyOf: ['r'],
    run: ofBlob((blob) => ({
      status: 200,
      headers: { ...blobHeaders(blob), 'content-length': String(blob.size) },
    })),
  },
  'GET blob blocklist': {
    anyOf: ['r'],
    run: existing(({ service: { storage }, at }) => listBlocks(storage.get(at), storage.staged(at))),
  },
  'PUT blob': {
    anyOf: ['w', 'c'],
    run: existing(({ service, at, request }) => putBlob(service.storage, at, request)),
  },
  'PUT blob block': {
    anyOf: ['w', 'c'],
    run: existing(({ service, at, request }) => putBlock(service.storage, at, request)),
  },
  'PUT blob blocklist': {
    anyOf: ['w', 'c'],
    run: existing(({ service, at, request }) => putBlockList(service.storage, at, request)),
  },
  'PUT blob metadata': {
    anyOf: ['w'],
    run: ofBlob((blob, { service, request }) => putMetadata(service.storage, blob, request)),
  },
  'DELETE blob': {
    anyOf: ['d'],
    run: ofBlob(async (blob, { service }) => {
      await service.storage.delete(blob);
      return { status: 202 };
    }),
  },
};

function createContainer({ service, at }: Call): Reply {
  if (!service.storage.createContainer(at.container))
    throw refuse(409, 'ContainerAlreadyExists', 'The specified container already exists.');
  return { status: 201 };
}

function existing(run: (call: Call) => Reply | Promise<Reply>): Operation['run'] {
  return (call) => {
    if (!call.service.storage.hasContainer(call.at.container))
      throw refuse(404, 'ContainerNotFound', 'The specified container does not exist.');
    return run(call);
  };
}

function ofBlob(run: (blob: StoredBlob, call: Call) => Reply | Promise<Reply>): Operation['run'] {
  return existing((call) => {
    const blob = call.service.storage.get(call.at);
    if (!blob) throw refuse(404, 'BlobNotFound', 'The specified blob does not exist.');
    const match = call.request.headers['if-match'];
    if (match && match !== '*' && match !== blob.etag)
      throw refuse(
        412,
        'ConditionNotMet',
        'The condition specified using HTTP conditional header(s) is not met.',
      );
    return run(blob, call);
  });
}
