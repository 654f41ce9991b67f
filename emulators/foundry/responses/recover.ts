import type { Project } from '../project.ts';
import type { ResponseRecord } from '../state/responses.ts';
import { lastEvent, settle, storeEnd } from './ending.ts';
import { applyEvent, eventJson, type ResponseEvent } from './events.ts';

/** What ran when the process stopped is failed, with as much of its output as its events tell. */
export function failInterrupted(project: Project): void {
  for (const record of project.responses.unfinished()) fail(project, record);
}

function fail(project: Project, record: ResponseRecord): void {
  const { response } = record;
  const events = project.responses.events(response.id, -1);
  response.output = [];
  for (const { data } of events) applyEvent(response, JSON.parse(data) as ResponseEvent);
  const message = 'The service stopped while this response was in progress.';
  const end = { status: 'failed', code: 'server_error', message } as const;
  settle(record, end, project.now());
  const sequence = (events.at(-1)?.sequence ?? -1) + 1;
  const data = eventJson(lastEvent(response, end) as ResponseEvent, sequence);
  storeEnd(project, record, () => project.responses.addEvents(response.id, { sequence, data: [data] }));
}
