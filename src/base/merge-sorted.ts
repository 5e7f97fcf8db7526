import TinyQueue from 'tinyqueue';

/** An input, at one of its items. */
type Cursor<Item> = { readonly index: number; readonly input: Generator<Item>; item: Item };

/**
 * Merges inputs that are in order; holds one item of each. Of equal items, that of the earlier input comes first. All inputs are closed at the end, also
 * when the reader leaves before it.
 */
export function* mergeSorted<Item>(
  inputs: readonly Generator<Item>[],
  compare: (a: Item, b: Item) => number,
): Generator<Item> {
  try {
    const queue = new TinyQueue<Cursor<Item>>([], (a, b) => compare(a.item, b.item) || a.index - b.index);
    for (const [index, input] of inputs.entries()) {
      const first = input.next();
      if (first.done !== true) queue.push({ index, input, item: first.value });
    }
    for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
      const second = queue.peek();
      let isOpen: boolean;
      do {
        yield first.item;
        const next = first.input.next();
        isOpen = next.done !== true;
        if (next.done !== true) first.item = next.value;
      } while (isOpen && (second === undefined || compare(first.item, second.item) < 0));
      if (isOpen) queue.push(first);
    }
  } finally {
    for (const input of inputs) input.return(undefined);
  }
}
