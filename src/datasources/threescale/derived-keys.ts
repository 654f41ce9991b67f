import { createHmac } from 'node:crypto';
import type { ThreeScaleAccount, ThreeScaleService } from './index.ts';

/**
 * Values that follow from account and service, so that whoever asks, wherever, asks 3scale for the same application:
 * it refuses a second one (contract section 10). Nobody can guess them without the gateway's secret. Each purpose has
 * its own, for an application's id is public.
 */
export type DerivedKeys = {
  /** 64 hex digits. */
  userKey(account: ThreeScaleAccount, service: ThreeScaleService): string;
  /** 32 hex digits. */
  applicationId(account: ThreeScaleAccount, service: ThreeScaleService): string;
  applicationKey(account: ThreeScaleAccount, service: ThreeScaleService): string;
};

export function createDerivedKeys(secret: string): DerivedKeys {
  const derive = (purpose: string, account: ThreeScaleAccount, service: ThreeScaleService) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, account.key, service.key]))
      .digest('hex');
  return {
    userKey: (account, service) => derive('user_key', account, service),
    applicationId: (account, service) => derive('application_id', account, service).slice(0, 32),
    applicationKey: (account, service) => derive('application_key', account, service),
  };
}
