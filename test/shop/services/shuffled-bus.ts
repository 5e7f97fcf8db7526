import TinyQueue from 'tinyqueue';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import type { Command, CommandDraft, PublishedEvent, Service } from '../../../src/shop/services/service.ts';
import { conform } from './specification.ts';

/** A command that a customer or the staff sends at a moment [ms]. */
export type Sent = { readonly time: number; readonly service: string; readonly command: Omit<Command, 'time'> };

/** A time during which a service takes nothing in: commands, events and timers wait [ms]. */
export type Pause = { readonly service: string; readonly from: number; readonly until: number };

/** Far more than any run needs: a shop whose services answer each other for ever is a failure, not a hanging test. */
const mostDeliveries = 20_000;

/** What a run leaves behind. */
export type RunOutcome = {
  /** In order of publication. */
  readonly events: readonly (PublishedEvent & { readonly service: string })[];
  /** States of all aggregates by service and subject. */
  readonly states: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
};

type Delivery = {
  readonly time: number;
  readonly sequence: number;
  readonly service: string;
  readonly work: (time: number) => void;
};

/**
 * Runs services until nothing is left to do. It keeps no order at all, not even between messages of one aggregate: each takes
 * its own delay, mostly under a second, one in ten up to three hours; what waited for a paused service comes in any order.
 * Every message is checked against its schema, every reaction for being about the aggregate that it names.
 */
export function runShuffled(
  services: readonly Service[],
  run: { readonly seed: number; readonly sent: readonly Sent[]; readonly pauses: readonly Pause[] },
  onEvent: (event: PublishedEvent, service: string, state: unknown) => void = () => undefined,
): RunOutcome {
  const random = randomStreams(run.seed).stream('delays');
  const queue = new TinyQueue<Delivery>([], (left, right) => left.time - right.time || left.sequence - right.sequence);
  const states = new Map(services.map(({ name }) => [name, new Map<string, unknown>()]));
  const events: (PublishedEvent & { readonly service: string })[] = [];
  let sequence = 0;

  const delayMs = () => Math.ceil(random.uniform() * (random.uniform() < 0.9 ? 1_000 : 3 * 3_600_000));
  const push = (time: number, service: string, work: Delivery['work']) =>
    queue.push({ time, sequence: sequence++, service, work });

  const take = (service: Service, draft: CommandDraft, time: number) => {
    const mine = states.get(service.name) ?? new Map<string, unknown>();
    conform(service.commands, draft);
    let state = mine.get(draft.subject);
    for (const { type, data } of service.decide({ ...draft, time }, state)) {
      conform(service.events, { type, data });
      const event = { type, subject: draft.subject, time, data };
      state = service.evolve(state, event);
      if (state === undefined) mine.delete(draft.subject);
      else mine.set(draft.subject, state);
      events.push({ ...event, service: service.name });
      onEvent(event, service.name, state);
      for (const reader of services) {
        const reaction = reader.reactions[type];
        if (reaction !== undefined) push(time + delayMs(), reader.name, now => react(reader, reaction(event), now));
      }
    }
  };
  const react = (service: Service, drafts: readonly CommandDraft[], time: number) => {
    for (const draft of drafts) {
      push(draft.dueMs === undefined ? time + delayMs() : Math.max(time, draft.dueMs), service.name, now =>
        take(service, draft, now),
      );
    }
  };

  for (const { time, service: name, command } of run.sent) {
    const service = services.find(candidate => candidate.name === name);
    if (service === undefined) throw new TypeError(`There is no service ${name}`);
    push(time, name, now => take(service, command, now));
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { time, service, work } = next;
    if (sequence > mostDeliveries) throw new Error('The shop does not come to rest');
    const pause = run.pauses.find(
      ({ service: paused, from, until }) => paused === service && from <= time && time < until,
    );
    if (pause === undefined) work(time);
    else push(pause.until + delayMs(), service, work);
  }
  return { events, states };
}
