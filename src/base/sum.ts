/** The sum of a figure over some items: sum(orders, ({ total }) => total). */
export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
