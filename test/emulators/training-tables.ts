import { startTraining, type TrainingEvent, type TrainingJob } from '../../emulators/training/index.ts';
import { type Random, randomOf } from '../../emulators/training/random.ts';

/** Nearly normal noise with mean 0. */
const noise = (random: Random) => random() + random() + random() - 1.5;

const lines = (header: string, rows: string[]) => `${[header, ...rows].join('\n')}\n`;

/** Three kinds of flowers that overlap a little, like Fisher's iris. */
export function flowers(rows: number): string {
  const random = randomOf(1);
  const cell = (base: number, byKind: number, kind: number) =>
    (base + byKind * kind + noise(random)).toFixed(2);
  return lines(
    'sepal,petal,colour,kind',
    Array.from({ length: rows }, (_, index) => {
      const kind = index % 3;
      const colour = random() < 0.8 ? ['blue', 'violet', 'white'][kind] : 'blue';
      return [
        cell(5, 0.5, kind),
        cell(1.5, 2.2, kind),
        colour,
        ['setosa', 'versicolor', 'virginica'][kind],
      ].join(',');
    }),
  );
}

/** Prices that follow area, rooms and town, with some noise. */
export function houses(rows: number): string {
  const random = randomOf(2);
  return lines(
    'house,area,rooms,town,price',
    Array.from({ length: rows }, (_, index) => {
      const area = 50 + random() * 100;
      const rooms = 1 + Math.floor(random() * 5);
      const town = ['Ghent', 'Porto', 'Turku'][index % 3];
      const price = area * 1000 + rooms * 5000 + (town === 'Porto' ? 9000 : 0) + noise(random) * 2000;
      return `H${index},${area.toFixed(1)},${rooms},${town},${price.toFixed(0)}`;
    }),
  );
}

const weekPattern = [0, 5, 9, 14, 30, 60, -20];

/** Two shops' daily sales with a weekly pattern and a trend. */
export function sales(days: number): string {
  const random = randomOf(3);
  const row = (shop: string, day: number) => {
    const date = new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10);
    const units = 100 + day * 0.3 + (weekPattern[day % 7] ?? 0) + noise(random) * 3;
    return `${date},${shop},${(units + (shop === 'north' ? 40 : 0)).toFixed(1)}`;
  };
  const shops = ['north', 'south'];
  return lines(
    'day,shop,units',
    shops.flatMap((shop) => Array.from({ length: days }, (_, day) => row(shop, day))),
  );
}

/** A job on a text; what is not given is what a small job would have. */
export const jobOn = (text: string, given: Partial<TrainingJob>): TrainingJob => ({
  runId: 'brave_leaf_01',
  table: { name: 'data.csv', bytes: async () => Buffer.from(text) },
  task: 'Classification',
  targetColumn: 'kind',
  primaryMetric: null,
  maxTrials: 6,
  maxConcurrentTrials: 2,
  timeoutMs: 60_000,
  ...given,
});

export async function eventsOf(
  job: TrainingJob,
  signal = new AbortController().signal,
): Promise<TrainingEvent[]> {
  return Array.fromAsync(startTraining(job, { signal }));
}

/** The events of one kind. */
export const of = <Kind extends TrainingEvent['kind']>(events: TrainingEvent[], kind: Kind) =>
  events.filter((event): event is Extract<TrainingEvent, { kind: Kind }> => event.kind === kind);

/** The last value of a trial's metric. */
export const metricOf = (events: TrainingEvent[], index: number, name: string): number | undefined =>
  of(events, 'trialMetric').findLast((event) => event.index === index && event.name === name)?.value;
