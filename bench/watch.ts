/**
 * What 1,000 subscribers of one run cost: events delivered per second, heap per subscriber, and the heap that slow readers
 * of a long log add. Run: node --expose-gc bench/watch.ts
 */
import { automlRun, scene, second, settled } from '../test/resolvers/watch-support.ts';

const people = 50;
const subscribers = 1_000;
const changes = 200;
const lines = 600_000;

const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
const trials = (completedTrials: number) => automlRun('RUNNING', { completedTrials, totalTrials: changes });

async function statuses() {
  const { clock, upstream, watches, opening } = scene(trials(0));
  let events = 0;
  const before = heap();
  const follow = async (index: number) => {
    for await (const _ of watches.status('plucky_river', opening(`person ${index % people}`))) events++;
  };
  const followers = Array.from({ length: subscribers }, (_, index) => follow(index));
  await settled();
  const perSubscriber = (heap() - before) / subscribers;
  let spent = 0;
  for (let change = 1; change <= changes; change++) {
    upstream.run = trials(change);
    const from = performance.now();
    await clock.advance(second);
    spent += performance.now() - from;
  }
  upstream.run = automlRun('COMPLETED');
  await clock.advance(5 * second);
  await Promise.all(followers);
  return { events, spent, perSubscriber, reads: upstream.calls.length };
}

/** Each has read one chunk and asks for no more, while the log grows by many megabytes for one that keeps up. */
async function slowReaders() {
  const { clock, upstream, watches, opening, logs } = scene();
  upstream.text = 'the first line\n';
  const streams = Array.from({ length: subscribers }, (_, index) =>
    watches.logs('plucky_river', opening(`person ${index % people}`)),
  );
  for (const stream of streams) await stream.next();
  const before = heap();
  const fast = logs('person 0');
  let read = 0;
  for (let count = 0; count < 10; count++) {
    upstream.text += 'a line that tells of a trial\n'.repeat(lines / 10);
    await clock.advance(10 * second);
    read += fast.events.splice(0).reduce((sum, { text }) => sum + text.length, 0);
  }
  const added = heap() - before - upstream.text.length;
  for (const stream of streams) await stream.return?.();
  return { read, added };
}

const status = await statuses();
const slow = await slowReaders();
const perSecond = Math.round((subscribers * changes) / (status.spent / 1000));
console.log(`${subscribers} subscribers of ${people} people, ${changes} changes: ${status.events} events`);
console.log(
  `  ${perSecond} events/s, ${status.reads} upstream reads, ${kib(status.perSubscriber)} per subscriber`,
);
console.log(
  `  ${subscribers} slow readers while ${kib(slow.read)} of log passed: ${kib(slow.added)} of heap added`,
);
const expected = subscribers * (changes + 2);
if (status.events !== expected) throw new Error(`${expected} events were expected, ${status.events} came`);
if (slow.read < 29 * lines)
  throw new Error(`the fast reader was given ${slow.read} of ${29 * lines} characters`);
