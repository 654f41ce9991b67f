import { isObject } from '../../azure-ml/arm/call.ts';
import { invalid, refusal } from '../errors.ts';
import { type Item, newId, type Part } from '../state/items.ts';

const mostItems = 20;
const mostCharacters = 1_500_000;
const roles = ['user', 'assistant', 'system', 'developer'];
const prefixes: Record<string, string> = {
  message: 'msg',
  mcp_approval_response: 'mcpa',
  function_call_output: 'fco',
};

/** The items of a body, with ids of their own. Throws 400, also for more than 20. */
export function inputItems(value: unknown, field = 'items'): Item[] {
  if (!Array.isArray(value)) throw invalid(`${field} must be an array of items.`, field);
  if (value.length > mostItems) throw invalid(`At most ${mostItems} items are allowed.`, field);
  return value.map((item, index) => inputItem(item, `${field}[${index}]`));
}

/** What a person typed, as an item. */
export const userMessage = (text: string): Item => inputItem({ role: 'user', content: text }, 'input');

function inputItem(value: unknown, param: string): Item {
  if (!isObject(value)) throw invalid('An item must be an object.', param);
  const type = value.type ?? (value.role === undefined ? undefined : 'message');
  if (typeof type !== 'string' || prefixes[type] === undefined)
    throw invalid(`Invalid value: '${String(type)}' is no type of an input item.`, `${param}.type`);
  const item: Item = { ...value, id: newId(String(prefixes[type])), type };
  if (type === 'message') return { ...item, ...message(value, param) };
  if (type === 'mcp_approval_response') checkApproval(value, param);
  return item;
}

function message({ role, content }: Record<string, unknown>, param: string) {
  if (typeof role !== 'string' || !roles.includes(role))
    throw invalid(`role is one of ${roles.join(', ')}.`, `${param}.role`);
  const type = role === 'assistant' ? 'output_text' : 'input_text';
  const parts = typeof content === 'string' ? [{ type, text: content }] : content;
  if (!Array.isArray(parts) || !parts.every(isPart))
    throw invalid('content must be a string or an array of parts.', `${param}.content`);
  const size = parts.reduce((sum, { text }) => sum + (typeof text === 'string' ? text.length : 0), 0);
  if (size > mostCharacters)
    throw refusal(400, 'content_size_exceeded', `A message has at most ${mostCharacters} characters.`, {
      param: `${param}.content`,
    });
  return { role, status: 'completed', content: parts };
}

const isPart = (part: unknown): part is Part =>
  isObject(part) &&
  typeof part.type === 'string' &&
  (!part.type.endsWith('_text') || typeof part.text === 'string');

function checkApproval({ approval_request_id, approve }: Record<string, unknown>, param: string): void {
  if (typeof approval_request_id !== 'string')
    throw invalid('approval_request_id must be a string.', `${param}.approval_request_id`);
  if (typeof approve !== 'boolean') throw invalid('approve must be a boolean.', `${param}.approve`);
}
