import { badInput } from './errors.ts';
import type { Tag } from './providers.ts';

const assetPattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,254}$/;
const versionPattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,29}$/;

function matching(pattern: RegExp, field: string, text: string, what: string): string {
  if (!pattern.test(text)) throw badInput(field, `${field}: ${what} was expected.`);
  return text;
}

/** Name of a data asset, model or experiment, as Azure ML takes it. @throws BAD_USER_INPUT naming the field. */
export const assetName = (field: string, text: string): string =>
  matching(
    assetPattern,
    field,
    text,
    'a name of 1 to 255 letters, digits, ".", "_" or "-", beginning with a letter or digit,',
  );

/** Version of an asset: chosen by the client, usually a number. @throws BAD_USER_INPUT naming the field. */
export const assetVersion = (field: string, text: string): string =>
  matching(versionPattern, field, text, 'a version of 1 to 30 letters, digits, ".", "_" or "-"');

/** Names that the platform or this gateway keeps for itself; nobody sets or sees them as tags. */
export const isReservedTag = (name: string): boolean =>
  /^(_aml_system_|azureml\.|mlflow\.|mlgraph\.)/.test(name);

/** Tags to set: each name once, none reserved, at most 50. @throws BAD_USER_INPUT naming the field. */
export function tagList(field: string, tags: readonly Tag[] | null | undefined): Tag[] {
  const names = new Set<string>();
  for (const { name } of tags ?? []) {
    if (name === '' || name.length > 256)
      throw badInput(field, `${field}: a tag name of 1 to 256 characters was expected.`);
    if (isReservedTag(name))
      throw badInput(field, `${field}: tag names that begin like "${name}" are reserved.`);
    if (names.has(name)) throw badInput(field, `${field}: the tag "${name}" is given twice.`);
    names.add(name);
  }
  if (names.size > 50) throw badInput(field, `${field}: at most 50 tags were expected, not ${names.size}.`);
  return [...(tags ?? [])];
}
