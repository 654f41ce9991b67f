import type { Call } from '../call.ts';
import { bodyOf, type Fields, type Read, readBody, readFields } from '../wire/body.ts';
import { invalid } from '../wire/errors.ts';
import { asAnyList, asObject, asUlid, type Check, type Issue, issue, oneOf } from '../wire/issues.ts';
import { asFrame, type Frame } from './frame.ts';

export type TrainRequest = { config_id: string; data: Frame; geo: unknown };
export type PredictRequest = { artifact_id: string; historic: Frame; future: Frame; geo: unknown };

const asGeo: Check<unknown> = (value, loc, issues) =>
  readFields<{ type: string; features: unknown[] }>(value, loc, issues, {
    type: { check: oneOf(['FeatureCollection']) },
    features: { check: asAnyList },
  });

const geo = { check: asGeo, optional: true, nullable: true } as const;
const trainFields: Fields<TrainRequest> = { config_id: { check: asUlid }, data: { check: asFrame }, geo };
const predictFields: Fields<PredictRequest> = {
  artifact_id: { check: asUlid },
  historic: { check: asFrame },
  future: { check: asFrame },
  geo,
};

/** Throws 422. */
export const trainRequest = async (call: Call): Promise<TrainRequest> =>
  whole(await readBody(call, trainFields));

/** Throws 422. */
export const predictRequest = async (call: Call): Promise<PredictRequest> =>
  whole(await readBody(call, predictFields));

/** Nothing that is required is missing: a body in which it is was refused. */
const whole = <T>(read: Read<T>): T => read as T;

export type ValidateRequest = ({ type: 'train' } & TrainRequest) | ({ type: 'predict' } & PredictRequest);

/** Throws 422. */
export async function validateRequest(call: Call): Promise<ValidateRequest> {
  const issues: Issue[] = [];
  const body = asObject(await bodyOf(call), ['body'], issues);
  const type = body && typeOf(body, issues);
  const read =
    type === 'train'
      ? { type, ...readFields(body, ['body', type], issues, trainFields) }
      : { type, ...readFields(body ?? {}, ['body', 'predict'], type ? issues : [], predictFields) };
  if (issues.length > 0) throw invalid(call, issues);
  return whole(read as Read<ValidateRequest>) as ValidateRequest;
}

function typeOf(body: Record<string, unknown>, issues: Issue[]): 'train' | 'predict' | null {
  const { type } = body;
  if (type === 'train' || type === 'predict') return type;
  const discriminator = "'type'";
  if (type === undefined) {
    const msg = "Unable to extract tag using discriminator 'type'";
    issues.push(issue('union_tag_not_found', ['body'], msg, body, { discriminator }));
    return null;
  }
  const expected = ['train', 'predict'];
  const msg = `Input tag '${type}' found using 'type' does not match any of the expected tags: ${quoted(expected)}`;
  issues.push(
    issue('union_tag_invalid', ['body'], msg, body, {
      discriminator,
      tag: String(type),
      expected_tags: quoted(expected),
    }),
  );
  return null;
}

const quoted = (names: string[]): string => names.map((name) => `'${name}'`).join(', ');
