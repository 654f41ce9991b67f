import { randomBytes, randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** What became of a request for a device. */
export type DeviceState = { kind: 'pending' | 'denied' } | { kind: 'approved'; personId: string; at: number };

/** A device that waits for a person. Times are in seconds. */
export type DeviceRequest = {
  deviceCode: string;
  /** Eight letters, as `ABCD-EFGH`. */
  userCode: string;
  clientId: string;
  scope: string | null;
  expiresAt: number;
  /** By PKCE: what the verifier is to hash to. */
  challenge: { value: string; method: string } | null;
  polledAt: number | null;
  state: DeviceState;
};

/** The devices that wait in a realm; the oldest of a thousand is forgotten. */
export type DeviceCodes = {
  add(request: Pick<DeviceRequest, 'clientId' | 'scope' | 'expiresAt' | 'challenge'>): DeviceRequest;
  byDeviceCode(code: string): DeviceRequest | null;
  /** In any case, with or without its hyphen. */
  byUserCode(code: string): DeviceRequest | null;
  /** Redeemed: it is not to be had again. */
  remove(deviceCode: string): void;
};

export function createDeviceCodes(): DeviceCodes {
  const requests = new LRUCache<string, DeviceRequest>({ max: 1000 });
  return {
    add: (wanted) => {
      const deviceCode = randomBytes(32).toString('base64url');
      const request: DeviceRequest = {
        ...wanted,
        deviceCode,
        userCode: `${letters(4)}-${letters(4)}`,
        polledAt: null,
        state: { kind: 'pending' },
      };
      requests.set(deviceCode, request);
      return request;
    },
    byDeviceCode: (code) => requests.get(code) ?? null,
    byUserCode: (code) =>
      [...requests.values()].find(({ userCode }) => plain(userCode) === plain(code)) ?? null,
    remove: (deviceCode) => {
      requests.delete(deviceCode);
    },
  };
}

const letters = (count: number) =>
  Array.from({ length: count }, () => String.fromCharCode(65 + randomInt(26))).join('');

const plain = (code: string) => code.toUpperCase().replace(/[^A-Z]/g, '');
