import type { Settings } from './settings.ts';

/** One Chapkit service. */
export type ChapkitConfig = Readonly<{
  /** Unique: what filters and reports call it. */
  systemName: string;
  url: string;
  /** Keys, the newest first; or a file that holds them, read again when it changes. Null: it asks for none. */
  keys: { fixed: readonly string[] } | { file: string } | null;
  /** App roles, any of which gives the right; null: everybody has it. */
  roles: Readonly<Record<'read' | 'train' | 'predict', readonly string[] | null>>;
  /** `system_name` of the 3scale product through which people call it, each with their own key; null: none. */
  threescaleService: string | null;
}>;

/** `CHAPKIT_SERVICES` names them; the settings of `disease-forecast` begin with `CHAPKIT_DISEASE_FORECAST_`. */
export function readChapkit(settings: Settings, hasThreeScale: boolean): ChapkitConfig[] {
  const names = settings.list('CHAPKIT_SERVICES');
  for (const name of names) {
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
      settings.fault('CHAPKIT_SERVICES', `"${name}": small letters, digits and hyphens were expected`);
  }
  const prefixes = names.map(prefixOf);
  if (new Set(prefixes).size < prefixes.length)
    settings.fault('CHAPKIT_SERVICES', 'each service was expected once');
  const services = names.map((name) => readService(name, settings));
  for (const { systemName, threescaleService } of hasThreeScale ? [] : services) {
    if (threescaleService !== null)
      settings.fault(`${prefixOf(systemName)}THREESCALE_SERVICE`, 'needs the settings of 3scale');
  }
  return services;
}

const prefixOf = (systemName: string) => `CHAPKIT_${systemName.toUpperCase().replaceAll('-', '_')}_`;

function readService(systemName: string, settings: Settings): ChapkitConfig {
  const prefix = prefixOf(systemName);
  const rolesOf = (right: string) => {
    const roles = settings.list(`${prefix}${right}_ROLES`);
    return roles.length > 0 ? roles : null;
  };
  settings.required(`${prefix}URL`, `the address of the service ${systemName}`);
  return {
    systemName,
    url: settings.url(`${prefix}URL`) ?? '',
    keys: readKeys(prefix, settings),
    roles: { read: rolesOf('READ'), train: rolesOf('TRAIN'), predict: rolesOf('PREDICT') },
    threescaleService: settings.text(`${prefix}THREESCALE_SERVICE`) ?? null,
  };
}

function readKeys(prefix: string, settings: Settings): ChapkitConfig['keys'] {
  const fixed = settings.list(`${prefix}API_KEY`);
  const file = settings.text(`${prefix}API_KEY_FILE`);
  if (fixed.length > 0 && file)
    settings.fault(`${prefix}API_KEY, ${prefix}API_KEY_FILE`, 'one of them is needed, both are set');
  if (file) return { file };
  return fixed.length > 0 ? { fixed } : null;
}
