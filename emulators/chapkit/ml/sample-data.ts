import { type Random, randomOf } from '../../training/random.ts';
import type { Frame } from './frame.ts';
import { features, target } from './regression.ts';

export type SampleSize = {
  places: number;
  periods: number;
  /** Names of columns besides the usual. */
  more: string[];
  period: 'monthly' | 'weekly';
  /** Year of the first period, and how many periods after its beginning that is. */
  from: { year: number; period: number };
};

const round = (value: number): number => Math.round(value * 100) / 100;
const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

/** Made-up weather of some places and the disease cases that follow it: each period for all places, then the next. */
export function sampleFrame(size: SampleSize, random: Random): Frame {
  const columns = ['time_period', 'location', target, 'population', ...features, ...size.more];
  const places = Array.from({ length: Math.max(0, size.places) }, (_, index) => ({
    name: `location_${index}`,
    population: Math.round(between(random, 50_000, 1_500_000)),
    wettest: random(),
  }));
  const data = Array.from({ length: Math.max(0, size.periods) }, (_, index) => {
    const { label, season } = periodAt(size, index);
    return places.map(({ name, population, wettest }) => {
      const rainfall = round(Math.max(0, 120 + 100 * wave(season - wettest) + between(random, -20, 20)));
      const temperature = round(24 + 6 * wave(season) + between(random, -1, 1));
      const cases = Math.max(0, Math.round(10 + rainfall / 10 - temperature / 4 + between(random, -2, 2)));
      const more = size.more.map((_, place) =>
        round(50 + 30 * wave(season + place / 7) + between(random, -5, 5)),
      );
      return [label, name, cases, population, rainfall, temperature, ...more];
    });
  });
  return { columns, data: data.flat() };
}

const wave = (turns: number): number => Math.sin(2 * Math.PI * turns);

function periodAt({ period, from }: SampleSize, index: number): { label: string; season: number } {
  const perYear = period === 'weekly' ? 52 : 12;
  const at = from.period + index;
  const number = String((at % perYear) + 1).padStart(2, '0');
  const year = from.year + Math.floor(at / perYear);
  return { label: `${year}-${period === 'weekly' ? 'W' : ''}${number}`, season: (at % perYear) / perYear };
}

/** The same for the same seed; a negative one is as good as none. */
export const sampleRandom = (seed: number): Random => (seed < 0 ? Math.random : randomOf(seed));

/** A GeoJSON FeatureCollection of the places, side by side. */
export function samplePlaces(places: number, type: 'polygon' | 'point') {
  const features = Array.from({ length: Math.max(0, places) }, (_, index) => {
    const [west, south] = [36 + 0.8 * index, -1.3];
    const [east, north] = [west + 0.8, south + 0.8];
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const geometry =
      type === 'point'
        ? { type: 'Point', coordinates: [(west + east) / 2, (south + north) / 2] }
        : { type: 'Polygon', coordinates: [ring] };
    return { type: 'Feature', geometry, properties: { id: `location_${index}` } };
  });
  return { type: 'FeatureCollection', features };
}

/** The box around all places, which 2.x says too; of one point, the point. */
export function boxOf({ features }: ReturnType<typeof samplePlaces>): number[] {
  const points = features.flatMap(({ geometry }) => geometry.coordinates.flat(2) as number[]);
  const [eastings, northings] = [0, 1].map((axis) => points.filter((_, index) => index % 2 === axis));
  const [x = [], y = []] = [eastings, northings];
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}
