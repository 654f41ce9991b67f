import type { Settings } from './settings.ts';

export type ThreeScaleConfig = Readonly<{
  /** Of the admin portal, which serves the Account Management API. */
  url: string;
  /** A token that may read and write accounts, or a file that holds it, read again when it changes. */
  accessToken: { fixed: readonly string[] } | { file: string };
  /** From which people's keys are derived: the same in all processes, and for good. */
  keySecret: string;
}>;

export function readThreeScale(settings: Settings): ThreeScaleConfig | null {
  const fixed = settings.text('THREESCALE_ACCESS_TOKEN');
  const file = settings.text('THREESCALE_ACCESS_TOKEN_FILE');
  if (fixed && file)
    settings.fault(
      'THREESCALE_ACCESS_TOKEN, THREESCALE_ACCESS_TOKEN_FILE',
      'one of them is needed, both are set',
    );
  const token = file ? 'THREESCALE_ACCESS_TOKEN_FILE' : 'THREESCALE_ACCESS_TOKEN';
  const names = ['THREESCALE_ADMIN_URL', token, 'THREESCALE_KEY_SECRET'];
  const [, given, keySecret] = settings.group('3scale', names);
  const url = settings.url('THREESCALE_ADMIN_URL');
  if (keySecret && keySecret.length < 32)
    settings.fault('THREESCALE_KEY_SECRET', 'at least 32 characters were expected');
  if (!url || !given || !keySecret) return null;
  return { url, accessToken: file ? { file } : { fixed: [given] }, keySecret };
}
