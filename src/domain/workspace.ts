/** An experiment is a name under which runs are grouped. */
export type Experiment = { id: string; name: string; createdAt: Date | null };

export type Compute = {
  id: string;
  name: string;
  /** The upstream's word: AmlCompute, ComputeInstance, Kubernetes … */
  type: string;
  /** Size of a virtual machine. */
  size: string | null;
  /** Provisioning state, in the upstream's word. */
  state: string | null;
  minNodes: number | null;
  maxNodes: number | null;
};
