/**
 * Entra's error numbers ("AADSTS…"), by what they ask of whom (Microsoft's AADSTS reference). They refine what
 * `error`, `suberror` and `claims` say; numbers and texts may change.
 */
export const aadsts = {
  throttled: [90055],
  /** The same request too often. */
  repeated: [50196],
  transient: [90033, 90024, 90006, 50033, 50087, 90012],

  blocked: [53003, 530032, 530035, 53011],
  /** A device, a risk, another party: to be met with the claims, if there are any. */
  demands: [50158, 50097, 50131, 53000, 53001, 53004],
  consent: [65001, 65004, 90094, 90095],
  adminConsent: [90094, 90095],
  unassigned: [50105],
  foreign: [50034, 50020, 51004],
  staleToken: [50013, 500133],
  idToken: [240002],
  signIn: [50173, 50132, 50133, 70043, 700082, 70008, 50057, 50053, 50055],

  staleAssertion: [700024],
  badCredential: [7000215, 7000222, 70002, 700027, 50048, 700030, 700024, 700211, 700212, 700213],
  notInstalled: [700016, 700011, 7000112, 70001, 500011, 650052],
} as const satisfies Record<string, readonly number[]>;
