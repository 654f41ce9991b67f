/** What ARM names hold; neither `%` nor `/`, and never dots alone. */
const name = /^(?!\.+$)[\p{L}\p{N}_.()~ -]{1,260}$/u;
const namespace = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/;

/**
 * An ARM path at or below a subscription, in one way of writing: no slash at the end, the subscription and the fixed
 * words in their usual case. Null for anything else.
 */
export function readScope(text: string, subscriptionId: string): string | null {
  if (text.length > 2_048) return null;
  const [root, first, id, ...rest] = text.trim().replace(/\/$/, '').split('/');
  if (root !== '' || first?.toLowerCase() !== 'subscriptions') return null;
  if (id?.toLowerCase() !== subscriptionId.toLowerCase()) return null;
  const below = readGroup(rest);
  return below && ['', 'subscriptions', subscriptionId.toLowerCase(), ...below].join('/');
}

function readGroup(segments: string[]): string[] | null {
  const [word = '', group = '', ...rest] = segments;
  if (word.toLowerCase() !== 'resourcegroups') return readResource(segments);
  const resource = name.test(group) ? readResource(rest) : null;
  return resource && ['resourceGroups', group, ...resource];
}

/** `providers/{namespace}` with pairs of type and name, any number of times. */
function readResource(segments: string[]): string[] | null {
  const read: string[] = [];
  for (let at = 0; at < segments.length; at += 2) {
    const [word = '', value = ''] = segments.slice(at, at + 2);
    const isProvider = word.toLowerCase() === 'providers';
    if (at === 0 && !isProvider) return null;
    // A namespace names nothing by itself.
    if (isProvider && (!namespace.test(value) || at + 2 >= segments.length)) return null;
    if (!name.test(word) || !name.test(value)) return null;
    read.push(isProvider ? 'providers' : word, value);
  }
  return read;
}

const managementGroup = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)$/i;

/** The same for the places that a subscription inherits from, too: the whole tenant, and a management group. */
export function readPlace(text: string, subscriptionId: string): string | null {
  const group = managementGroup.exec(text)?.[1];
  if (group !== undefined && name.test(group)) return text;
  return text === '/' ? text : readScope(text, subscriptionId);
}

/** As it stands in a URL. */
export const pathOf = (scope: string): string =>
  scope === '/' ? '' : scope.split('/').map(encodeURIComponent).join('/');
