import type { Output } from '../output/output.ts';
import type { World } from '../world.ts';
import type { DeviceCode } from './device.ts';

/** Tells the person where to confirm the sign-in, and opens the page where there is a browser. */
export const showCode =
  (out: Output, world: World, openBrowser: boolean) =>
  async (code: DeviceCode, issuer: string): Promise<void> => {
    const { verificationUri, verificationUriComplete, userCode, expiresIn } = code;
    const page = verificationUriComplete ?? verificationUri;
    if (out.json) out.event({ type: 'device', issuer, ...code });
    out.note(`To sign in at ${issuer}, open\n\n  ${page}\n`);
    out.note(`and confirm the code ${userCode} (within ${Math.round(expiresIn / 60)} minutes).`, 'bold');
    if (openBrowser && out.interactive) await world.openBrowser(page).catch(() => {});
    out.note('Waiting for you there …', 'dim');
  };
