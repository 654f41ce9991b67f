import type { Service } from '../call.ts';
import { features, target } from './regression.ts';

const described: Record<string, { display_name: string; description: string }> = {
  'disease-forecast': {
    display_name: 'Disease forecast',
    description: 'Linear regression of disease cases on rainfall and mean temperature',
  },
  'climate-health': {
    display_name: 'Climate and health',
    description: 'Disease cases as the weather explains them: a linear regression',
  },
};

/** What both generations say. */
export const info = {
  version: '1.0.0',
  model_metadata: {
    author: 'mlgraph',
    author_note: null,
    author_assessed_status: 'yellow',
    contact_email: 'models@example.org',
    organization: null,
    organization_logo_url: null,
    citation_info: null,
    repository_url: null,
    documentation_url: null,
  },
  period_type: 'monthly',
  min_prediction_periods: 0,
  max_prediction_periods: 100,
  allow_free_additional_continuous_covariates: false,
  required_covariates: features,
  requires_geo: false,
};

/** Came with 2.x: where the service comes from, and what it predicts. */
const newer = {
  git_revision: null,
  chapkit_version: '2.4.1',
  servicekit_version: '3.0.1',
  target,
  hpo_search_space: null,
};

export function infoOf({ name, generation }: Service) {
  const { display_name = name, description = null } = described[name] ?? {};
  return { id: name, display_name, description, ...info, ...(generation === 2 ? newer : {}) };
}
