/** Why a job fails; the service says it as `ValueError: …`. */
export class ModelError extends Error {}
