export type Environment = Readonly<Record<string, string | undefined>>;
/** Reads settings, and gathers what is wrong with them in `faults`. */
export type Settings = ReturnType<typeof readerOf>;

export function readerOf(env: Environment) {
  const faults: string[] = [];
  const fault = (name: string, what: string) => void faults.push(`${name}: ${what}`);
  const text = (name: string) => env[name]?.trim() || undefined;
  return {
    faults,
    fault,
    text,
    list: (name: string) => (text(name) ?? '').split(/[\s,]+/).filter((item) => item !== ''),
    required(name: string, why: string): string {
      const value = text(name);
      if (value === undefined) fault(name, `is needed: ${why}`);
      return value ?? '';
    },
    /** All of them, or none. */
    group(what: string, names: readonly string[]): (string | undefined)[] {
      const values = names.map(text);
      if (values.some((value) => value !== undefined)) {
        for (const [index, name] of names.entries()) {
          if (values[index] === undefined) fault(name, `is needed too, or none of the settings of ${what}`);
        }
      }
      return values;
    },
    whole(name: string, fallback: number, { min = 0, max }: { min?: number; max: number }): number {
      const value = text(name) ?? String(fallback);
      if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max)
        fault(name, `a whole number from ${min} to ${max} was expected, not "${value}"`);
      return Number(value);
    },
    oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
      const value = text(name) ?? fallback;
      if (!values.includes(value as T))
        fault(name, `one of ${values.join(', ')} was expected, not "${value}"`);
      return value as T;
    },
    /** Without a trailing slash. Plain http only to this machine itself: tokens go there. */
    url(name: string): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/.test(value);
      if (!URL.canParse(value) || !(value.startsWith('https://') || loopback))
        fault(name, 'an https:// address was expected');
      return value.replace(/\/+$/, '');
    },
  };
}
