import type { DatabaseFunction } from '../catalogue.ts';
import { type Bindings, identifier, tableName } from './identifiers.ts';

/** A call as FROM has it, with named arguments out of the JSON object `args`. */
export function callSource(
  { name, parameters }: DatabaseFunction,
  args: { json: string; names: ReadonlySet<string> },
  bindings: Bindings,
): string {
  const given = parameters.filter((parameter) => args.names.has(parameter.name));
  const call = (list: string) => `lateral ${tableName(name)}(${list}) as ${identifier(name)}`;
  if (given.length === 0) return call('');
  const typed = given.map((parameter) => `${identifier(parameter.name)} ${parameter.type}`).join(', ');
  const list = given
    .map((parameter) => `${identifier(parameter.name)} := pgrst_args.${identifier(parameter.name)}`)
    .join(', ');
  return `json_to_record(${bindings.bind(args.json)}::json) as pgrst_args (${typed}), ${call(list)}`;
}
