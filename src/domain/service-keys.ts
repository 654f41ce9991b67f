/** A person's key for a service of the catalogue. The secret itself is no part of it. */
export type ServiceKey = {
  kind: 'SERVICE_KEY';
  id: string;
  /** `systemName` of the service. */
  service: string;
  /** Name of the plan that it is under. */
  plan: string | null;
  /** The application or client id, where there is one; it is no secret. */
  appId: string | null;
  /** How the secret begins, where it is known without another call. */
  prefix: string | null;
  /** In the upstream's words: `live`, `pending` (awaits approval), `suspended`, … */
  state: string;
  createdAt: Date | null;
};
