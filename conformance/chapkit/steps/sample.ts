import { unknownKey } from '../samples.ts';
import type { Steps } from './step.ts';

/** Data made up by the service. */
export async function samples({ step }: Steps, config: string): Promise<void> {
  const sample = (name: string, query: string) =>
    step(`sample ${name}`, 'GET', `/api/v1/ml/$generate-sample-data${query}`);
  await sample('for a training', '?num_locations=2&num_periods=3&num_features=1');
  await sample('for a prediction', '?kind=predict&num_locations=2&num_periods=3&num_features=1');
  await sample('of a config', `?config_id=${config}&num_locations=1&num_periods=2`);
  await sample('with places', '?include_geo=true&num_locations=1&num_periods=2&geo_type=point');
  await sample('of no size', '?num_locations=0&num_periods=0&period_type=weekly');
  await sample('of a size that is no number', '?num_locations=x');
  await sample(
    'by weeks',
    '?kind=predict&num_locations=1&num_periods=2&num_features=0&period_type=weekly&seed=3',
  );
  await sample('of an unknown kind', '?kind=guess');
  await sample('of an unknown config', `?config_id=${unknownKey}`);
  await sample('of a malformed config', '?config_id=not-an-id');
}
