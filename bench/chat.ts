/**
 * What a gateway costs a chat: the time to the first word, beside that of the emulated Foundry itself; then 500 replies
 * at once, ten words a second each: what is late, what is lost, and memory. Bench, gateway and emulators each have a
 * process of their own. Before the 500 every person reads one reply at ten times the pace: a service has told words
 * before. The replies begin within ten seconds and last about twenty; with a spread of 100 all begin within one beat
 * (and end nearly together), with one of 0 in the same instant, and their words come in bursts.
 * Run: node bench/chat.ts [replies, 500] [runs to the first word, 30] [spread in ms, 10000]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { SendMessage } from '../test/gateway/operations.ts';
import { listen, openSession, send } from '../test/gateway/support/chat.ts';
import { startGatewayProcess } from '../test/gateway/support/gateway-process.ts';
import { control } from '../test/gateway/support/upstream-chat.ts';
import type { TestEmulators } from '../test/support/emulators.ts';
import { openDirect } from './chat/direct.ts';
import { ms, quantile } from './chat/figures.ts';
import { type Hear, openTab } from './chat/tab.ts';

const runs = Number(process.argv[3] ?? 30);
const warmups = 5;
const people = 50;
const replies = Number(process.argv[2] ?? 500);
/** One in so many replies is also read from the emulator itself. */
const sample = 10;
const paceMs = 100;
/** Over which the replies begin. */
const spreadMs = Number(process.argv[4] ?? 10_000);

const platform = fork(new URL('./chat/platform.ts', import.meta.url), [String(people)]);
const [emulators] = (await once(platform, 'message')) as [
  Pick<TestEmulators, 'settings' | 'tokens' | 'urls'>,
];
const gateway = await startGatewayProcess(emulators);
const upstream = { emulators, tokens: emulators.tokens };
const direct = await openDirect(upstream);

/** From the question to the first word; then waits for the last one. */
async function firstWordDirect(question: string): Promise<number> {
  const conversation = await direct.converse();
  const from = performance.now();
  let first = Number.NaN;
  for await (const _ of direct.ask(conversation, question)) first = first || performance.now() - from;
  return first;
}

async function firstWordThroughGateway(question: string): Promise<number> {
  const sessionId = await openSession(gateway);
  const stream = listen(gateway, sessionId);
  const events = stream[Symbol.asyncIterator]();
  let next = events.next();
  await wait(50); // The tab is open before the person asks.
  const from = performance.now();
  await Promise.all([send(gateway, sessionId, question), next]);
  for (let first = Number.NaN; ; next = events.next()) {
    const { value } = await next;
    if (value?.__typename === 'ReplyDelta') first = first || performance.now() - from;
    if (value?.__typename === 'ReplyFailed') throw new Error(`the reply failed: ${value.reason}`);
    if (value?.__typename !== 'ReplyCompleted') continue;
    await stream.leave();
    return first;
  }
}

async function firstWords() {
  await control(upstream, 'PUT', '/pace', { delta: 2, first: 100 });
  const through: number[] = [];
  const without: number[] = [];
  for (let run = -warmups; run < runs; run++) {
    const [one, other] = [await firstWordDirect(`Tale ${run}`), await firstWordThroughGateway(`Tale ${run}`)];
    if (run < 0) continue;
    without.push(one);
    through.push(other);
  }
  return { through: quantile(through, 0.5), without: quantile(without, 0.5) };
}

/** When each word came. */
type Told = { arrivals: number[]; lost: boolean };
const wordsIn = (text: string) => text.match(/\S+\s*|\s+/g)?.length ?? 0;
const note = (arrivals: number[], text: string) => {
  const at = performance.now();
  for (let count = wordsIn(text); count > 0; count--) arrivals.push(at);
};

/** Opens a tab that hears a reply to its end, and stays open, as a person's does. */
async function readThroughGateway(sessionId: string, as: string): Promise<{ told: Promise<Told> }> {
  const { promise: told, resolve, reject } = Promise.withResolvers<Told>();
  const arrivals: number[] = [];
  let text = '';
  const hear: Hear = ({ __typename, text: more = '', message, reason }) => {
    if (__typename === 'ReplyDelta') {
      text += more;
      note(arrivals, more);
    }
    if (__typename === 'ReplyCompleted') resolve({ arrivals, lost: message?.content !== text });
    if (__typename === 'ReplyFailed') reject(new Error(`the reply failed: ${reason}`));
  };
  await openTab(gateway, { sessionId, as, hear });
  return { told };
}

async function readDirect(id: string): Promise<number[]> {
  const arrivals: number[] = [];
  for await (const delta of direct.follow(id)) note(arrivals, delta);
  return arrivals;
}

/** Id of the request. */
async function ask(sessionId: string, content: string, as: string): Promise<string> {
  const { errors, headers } = await gateway.ask(SendMessage, { input: { sessionId, content } }, as);
  if (errors[0]) throw new Error(errors[0].message);
  return headers.get('x-request-id') ?? '';
}

/** Of the gateway's process, in KiB. */
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1]);

/** Seconds of processor time that each process has taken. */
function processorTimes(): Record<string, number> {
  const pids = { gateway: gateway.pid, emulators: platform.pid, bench: process.pid };
  const used = Object.entries(pids).map(([name, pid]): [string, number] => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return [name, (Number(fields[11]) + Number(fields[12])) / 100];
  });
  return Object.fromEntries(used);
}

const person = (index: number) => `Person ${(index % people) + 1}`;

async function warmUp() {
  await control(upstream, 'PUT', '/pace', { delta: paceMs / 10, first: 2_000 });
  const reading: Promise<Told>[] = [];
  for (let index = 0; index < people; index++) {
    const as = person(index);
    const sessionId = await openSession(gateway, 'storyteller', as);
    await ask(sessionId, 'Warm up', as);
    reading.push((await readThroughGateway(sessionId, as)).told);
  }
  await Promise.all(reading);
}

/** The agent thinks until all are asked; then all answer within one beat. */
async function manyReplies() {
  const sessions: string[] = [];
  for (let index = 0; index < replies; index++)
    sessions.push(await openSession(gateway, 'storyteller', person(index)));
  const before = memory();
  const reading: Promise<Told>[] = [];
  const requests: string[] = [];
  const startsAt = Date.now() + 5_000 + replies * 60;
  for (const [index, sessionId] of sessions.entries()) {
    const begins = startsAt + (index * spreadMs) / replies;
    const first = Math.max(paceMs, begins - Date.now());
    await control(upstream, 'PUT', '/pace', { delta: paceMs, first });
    requests.push(await ask(sessionId, `Tale number ${index}`, person(index)));
    reading.push((await readThroughGateway(sessionId, person(index))).told);
  }
  const ids = await direct.byRequest('storyteller');
  const own = requests.map((request, index) =>
    index % sample === 0 ? readDirect(ids.get(request) ?? '') : null,
  );
  const early = startsAt - Date.now();
  if (early < 0) throw new Error(`the first replies began ${-early} ms before the last were asked for`);
  await wait(early + spreadMs); // From here on all are streaming.
  const timesBefore = processorTimes();
  const during = await wait(10_000).then(memory);
  const times = processorTimes();
  const busy = Object.entries(times).map(([name, time]) => {
    return `${name} ${((time - (timesBefore[name] ?? 0)) * 10).toFixed(0)} %`;
  });
  const told = await Promise.all(reading);
  const behind: number[] = [];
  for (const [index, arrivals] of (await Promise.all(own)).entries())
    for (const [word, at] of (arrivals ?? []).entries())
      behind.push((told[index]?.arrivals[word] ?? Number.POSITIVE_INFINITY) - at);
  const words = told.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
  return { told, words, behind, busy, perStream: (during - before) / replies };
}

const first = await firstWords();
console.log(`first word, median of ${runs}: ${ms(first.through)}, from the emulator ${ms(first.without)}`);
console.log(`  ratio ${(first.through / first.without).toFixed(3)}`);
await warmUp();
const many = await manyReplies();
const lost = many.told.filter((one) => one.lost).length;
console.log(
  `${replies} replies at once, begun within ${spreadMs} ms, ${1000 / paceMs} words a second each, ${many.words} words`,
);
const behind = [0.5, 0.99, 1].map((share) => `p${share * 100} ${ms(quantile(many.behind, share))}`);
console.log(`  behind the emulator's own words (${many.behind.length} compared): ${behind.join(', ')}`);
const late = many.behind.filter((by) => by > 25).length / many.behind.length;
console.log(`  more than 25 ms behind: ${(late * 100).toFixed(2)} %`);
console.log(`  of a core, for ten seconds with all streaming: ${many.busy.join(', ')}`);
console.log(`  ${many.perStream.toFixed(0)} KiB of memory per stream, ${lost} replies with lost words`);
await gateway.kill();
platform.disconnect();
process.exit(lost > 0 ? 1 : 0);
