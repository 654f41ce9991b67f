import type { UpstreamReplyEvent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeOf, MlgraphError } from '../../domain/errors.ts';
import { withinDeadline } from '../watch/waiting.ts';
import { failedEnd } from './endings.ts';
import type { Ended, ReplyFoundry } from './upstream.ts';

/** The answer can no longer be read with this token; it goes on upstream, to be fetched at its owner's next call. */
export class LeftBehind extends Error {}

export type Answer = {
  foundry: Pick<ReplyFoundry, 'resume' | 'read'>;
  clock: Clock;
  open(): AsyncIterable<UpstreamReplyEvent>;
  /** Of a response that `open` reads from its first word: its id, and how many of its characters are here already. */
  underway: { responseId: string; held: number } | null;
  signal: AbortSignal;
};

/** Before each try to go on with a stream that was cut; a try that brings something begins the row anew. */
const resumeTriesMs = [100, 400, 1_600];
/** However often it goes on. */
const maxResumes = 20;

/** Told of one event; true: that is enough. */
export type Listener = (event: UpstreamReplyEvent) => boolean;

/**
 * Reads one response of the upstream, across cuts of its stream, no text twice; it always ends with one `ended`, that
 * of a cut or a refusal being FAILED. `tell` is called and not waited for: no promise stands between a word and it.
 * @throws LeftBehind when the person's token is needed and no longer good, the signal's reason when it aborts.
 */
export async function readAnswer(answer: Answer, tell: Listener): Promise<void> {
  const reading = new Reading(answer);
  let source = answer.open();
  for (let tries = 0, resumes = 0; ; tries++, resumes++) {
    const before = reading.length;
    let failure: unknown;
    try {
      for await (const event of source) {
        const fresh = reading.take(event);
        if (fresh && tell(fresh)) return;
        if (event.kind === 'ended') return;
      }
      failure = wasCut();
    } catch (error) {
      answer.signal.throwIfAborted();
      failure = error;
    }
    if (reading.length > before) tries = 0;
    const end = await reading.verdict(failure, resumes);
    const delayMs = resumeTriesMs[tries];
    if (end || delayMs === undefined || resumes >= maxResumes)
      return void tell(end ?? (await reading.giveUp(failure)));
    await answer.clock.sleep(delayMs, answer.signal);
    source = reading.resume();
  }
}

class Reading {
  readonly #answer: Answer;
  #responseId: string | null;
  /** Characters that are here already and come once more. */
  #held: number;
  /** The response's text as far as its stream told it. */
  #text = '';
  /** Upstream's number of the last event with text; a stream's first is 0 and has none. */
  #sequence = 0;

  constructor(answer: Answer) {
    this.#answer = answer;
    this.#responseId = answer.underway?.responseId ?? null;
    this.#held = answer.underway?.held ?? 0;
  }

  get length(): number {
    return this.#text.length;
  }

  /** What of an event was not here before. */
  take(event: UpstreamReplyEvent): UpstreamReplyEvent | null {
    if (event.kind === 'created') this.#responseId = event.responseId;
    return event.kind === 'delta' ? this.#fresh(event) : event;
  }

  resume(): AsyncIterable<UpstreamReplyEvent> {
    const responseId = this.#responseId ?? '';
    const { foundry, signal } = this.#answer;
    return foundry.resume({ responseId, after: this.#sequence, text: this.#text, signal });
  }

  /** How the answer ended, where going on is out of the question; null where it may be tried. */
  async verdict(failure: unknown, resumes: number): Promise<Ended | null> {
    const isOpened = resumes > 0 || this.#answer.underway !== null;
    if (isOpened && isOfToken(failure)) throw new LeftBehind('the token ran out', { cause: failure });
    if (!this.#responseId) return failedEnd(failure);
    const mayPass = codeOf(failure) === 'RATE_LIMITED' && resumes > 0;
    if (!isCut(failure) && !mayPass) return await this.giveUp(failure);
    const ended = await this.#read();
    return ended?.status === 'FAILED' || ended?.status === 'CANCELED' ? ended : null;
  }

  /** What the upstream says of the response at last; else the failure itself. */
  async giveUp(failure: unknown): Promise<Ended> {
    const ended = await this.#read();
    const told = failedEnd(asCut(failure));
    if (!ended) return told;
    const isVague = told.error?.code === 'UPSTREAM_ERROR';
    return ended.status === 'FAILED' && !isVague ? { ...ended, error: told.error } : ended;
  }

  /** Of a delta what was not here before. */
  #fresh(delta: Extract<UpstreamReplyEvent, { kind: 'delta' }>): UpstreamReplyEvent | null {
    this.#sequence = Math.max(this.#sequence, delta.sequence);
    this.#text += delta.text;
    const text = delta.text.slice(this.#held);
    this.#held -= delta.text.length - text.length;
    return text === '' ? null : { ...delta, text };
  }

  async #read(): Promise<Ended | null> {
    const { foundry, clock, signal } = this.#answer;
    const responseId = this.#responseId;
    if (!responseId) return null;
    try {
      return await withinDeadline(clock, signal, () => foundry.read(responseId));
    } catch (error) {
      signal.throwIfAborted();
      if (isOfToken(error)) throw new LeftBehind('the token ran out', { cause: error });
      return null;
    }
  }
}

const isOfToken = (error: unknown) => ['UNAUTHENTICATED', 'INTERACTION_REQUIRED'].includes(codeOf(error));
const isCut = (error: unknown) => ['UPSTREAM_ERROR', 'UPSTREAM_UNAVAILABLE'].includes(codeOf(error));

const wasCut = (cause?: unknown) =>
  new MlgraphError('UPSTREAM_ERROR', 'The agent stopped in the middle of its answer.', {}, cause);

/** To who reads a reply, an upstream that went away in the middle of it is a cut, however it went. */
const asCut = (failure: unknown) =>
  codeOf(failure) === 'UPSTREAM_UNAVAILABLE' || codeOf(failure) === 'NOT_FOUND' ? wasCut(failure) : failure;
