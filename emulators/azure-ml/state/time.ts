/** As the services print it: seven fractional digits. Null stays null. */
export function isoTime(at: number): string;
export function isoTime(at: number | null): string | null;
export function isoTime(at: number | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().slice(0, -1)}0000Z`;
}

/** A .NET time span such as `00:09:19.5900000`. */
export function timeSpan(milliseconds: number): string {
  const days = Math.floor(milliseconds / 86_400_000);
  const clock = new Date(milliseconds % 86_400_000).toISOString().slice(11, -1);
  return `${days > 0 ? `${days}.` : ''}${clock}0000`;
}

/** Milliseconds of an ISO 8601 duration of days and time, such as `PT1H30M`; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
}
