import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { type CausedMessage, learnReactions } from '../../../src/lab/features/reactions.ts';

/** Monday, 2 March 2026. */
const startMs = Date.UTC(2026, 2, 2);

const minuteMs = 60_000;

/** An order every five minutes, authorized 40 ms later unless `isStopped`, and delivered never. */
function* orders(fromMs: number, toMs: number, isStopped: (timeMs: number) => boolean = () => false) {
  for (let timeMs = fromMs; timeMs < toMs; timeMs += 5 * minuteMs) {
    const id = `order-${timeMs}`;
    yield { timeMs, id, type: 'OrderCreated', causationId: '' } satisfies CausedMessage;
    if (!isStopped(timeMs))
      yield {
        timeMs: timeMs + 40,
        id: `payment-${timeMs}`,
        type: 'AuthorizePayment',
        causationId: id,
      } satisfies CausedMessage;
  }
}

describe('learnReactions', () => {
  it('finds nothing overdue before it knows what is usual, and on ordinary days', () => {
    const reactions = learnReactions();
    for (const message of orders(startMs, startMs + 5 * dayMs)) {
      reactions.push(message);
      expect(reactions.overdue(message.timeMs)).toEqual([]);
    }
  });

  it('counts the messages that have waited for more than two minutes beyond what is usual', () => {
    const reactions = learnReactions();
    const stopMs = startMs + 3 * dayMs;
    for (const message of orders(startMs, stopMs + 11 * minuteMs, timeMs => timeMs >= stopMs)) reactions.push(message);
    expect(reactions.overdue(stopMs + 2 * minuteMs)).toEqual([]);
    const [overdue, ...others] = reactions.overdue(stopMs + 11 * minuteMs);
    expect(others).toEqual([]);
    // Three orders wait: for 11, 6 and 1 minutes.
    expect(overdue).toMatchObject({
      cause: 'OrderCreated',
      reaction: 'AuthorizePayment',
      waiting: 2,
      spanMs: 5 * minuteMs,
    });
  });

  it('still sees what is overdue after a record that comes hours late', () => {
    const reactions = learnReactions();
    const stopMs = startMs + 3 * dayMs;
    for (const message of orders(startMs, stopMs + 11 * minuteMs, timeMs => timeMs >= stopMs)) reactions.push(message);
    reactions.push({ timeMs: stopMs - 4 * hourMs, id: 'late', type: 'OrderCreated', causationId: '' });
    expect(reactions.overdue(stopMs + 11 * minuteMs)).toMatchObject([{ waiting: 2 }]);
  });

  it('names types that contain a space', () => {
    const reactions = learnReactions();
    const stopMs = startMs + 3 * dayMs;
    const spaced = (type: string) => (type === 'OrderCreated' ? 'Order Created' : 'Authorize Payment');
    for (const message of orders(startMs, stopMs + 11 * minuteMs, timeMs => timeMs >= stopMs))
      reactions.push({ ...message, type: spaced(message.type) });
    const overdue = reactions.overdue(stopMs + 11 * minuteMs);
    expect(overdue).toMatchObject([{ cause: 'Order Created', reaction: 'Authorize Payment' }]);
  });

  it('counts no message that was answered, however late', () => {
    const reactions = learnReactions();
    const stopMs = startMs + 3 * dayMs;
    const resumedMs = stopMs + 11 * minuteMs;
    for (const message of orders(startMs, resumedMs, timeMs => timeMs >= stopMs)) reactions.push(message);
    for (let sentMs = stopMs; sentMs < resumedMs; sentMs += 5 * minuteMs)
      reactions.push({
        timeMs: resumedMs,
        id: `late-${sentMs}`,
        type: 'AuthorizePayment',
        causationId: `order-${sentMs}`,
      });
    expect(reactions.overdue(resumedMs)).toEqual([]);
  });

  it('expects no reaction that is often missing, nor one that comes with its cause', () => {
    const reactions = learnReactions();
    let order = 0;
    for (const message of orders(startMs, startMs + 4 * dayMs)) {
      if (message.type === 'OrderCreated') {
        order += 1;
        reactions.push(message);
        reactions.push({ ...message, id: `${message.id}-log`, type: 'OrderLogged', causationId: message.id });
        continue;
      }
      if (order % 50 !== 0) reactions.push(message);
    }
    expect(reactions.overdue(startMs + 4 * dayMs + hourMs)).toEqual([]);
  });

  it('expects no reaction that people take their time for, since they may decide otherwise', () => {
    const reactions = learnReactions();
    const stopMs = startMs + 3 * dayMs;
    for (const message of orders(startMs, stopMs + hourMs, timeMs => timeMs >= stopMs))
      reactions.push(message.causationId === '' ? message : { ...message, timeMs: message.timeMs + minuteMs });
    expect(reactions.overdue(stopMs + hourMs)).toEqual([]);
  });

  it('gives a lost message up after three hours', () => {
    const reactions = learnReactions();
    const lostMs = startMs + 3 * dayMs;
    for (const message of orders(startMs, lostMs + dayMs, timeMs => timeMs === lostMs)) reactions.push(message);
    expect(reactions.overdue(lostMs + dayMs)).toEqual([]);
  });
});
