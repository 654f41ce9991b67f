import { z } from 'zod';

/** Shapes of the Account Management API's answers as far as they are read; new members are let through. */

const id = z.union([z.number().int(), z.string().min(1)]).transform(String);
const text = z.string().nullish();

/** Contract section 6. */
export const account = z.object({ account: z.object({ id, state: z.string(), org_name: text }) });

/** Contract section 7; the version of the backend is how callers authenticate. */
export const service = z.object({
  id,
  name: text.catch(null),
  system_name: z.string(),
  state: text.catch(null),
  description: text.catch(null),
  backend_version: z.union([z.string(), z.number()]).transform(String),
});
export const services = z.object({ services: z.array(z.object({ service })) });

/** What is inner (`api_backend`, `secret_token`, `oidc_issuer_endpoint`) is not read. */
export const proxy = z.object({
  proxy: z.object({
    endpoint: text.catch(null),
    credentials_location: text.catch(null),
    auth_user_key: text.catch(null),
    auth_app_id: text.catch(null),
    auth_app_key: text.catch(null),
  }),
});

export const plan = z.object({
  id,
  name: text.catch(null),
  state: text.catch(null),
  default: z.boolean().nullish(),
  custom: z.boolean().nullish(),
});
export const plans = z.object({ plans: z.array(z.object({ application_plan: plan })) });

/** Contract section 8. */
const content = z.object({
  id,
  state: z.string(),
  description: text.catch(null),
  service_id: id,
  plan_name: text.catch(null),
  account_id: id,
  created_at: text.catch(null),
  user_key: text,
  application_id: text,
  client_id: text,
  client_secret: text,
});
export const application = z.object({ application: content });
export const applications = z.object({ applications: z.array(application) });
export const keys = z.object({ keys: z.array(z.object({ key: z.object({ value: z.string() }) })) });

export const nothing = z.unknown().transform(() => undefined);

export type WireAccount = z.infer<typeof account>['account'];
export type WireService = z.infer<typeof service>;
export type WireProxy = z.infer<typeof proxy>['proxy'];
export type WirePlan = z.infer<typeof plan>;
export type WireApplication = z.infer<typeof content>;
