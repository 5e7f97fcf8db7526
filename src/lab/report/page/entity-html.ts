import type { Entity } from '../../../data/dataset/truth.ts';
import { formatEntity } from '../format-entity.ts';
import type { ReportedIntervention } from '../report-data.ts';
import { type Html, html } from './html.ts';

/** The first three entities of a label, and how many more there are. */
export function entities({ entities: all, entityCount }: ReportedIntervention): Html {
  const more = entityCount - Math.min(3, all.length);
  return html`${named(all.slice(0, 3))}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The first three, with all behind them. */
export function whoAll(all: readonly Entity[]): Html {
  if (all.length <= 3) return html`${named(all)}`;
  return html`${named(all.slice(0, 3))} <details><summary>and ${all.length - 3} more</summary>${named(all.slice(3))}</details>`;
}

/** Entities with their ids as code. */
function named(all: readonly Entity[]): readonly Html[] {
  return all.map(({ type, id }, index) => {
    const one = type === id ? formatEntity({ type, id }).replace(' ', '\u00a0') : html`${type} <code>${id}</code>`;
    return html`${index === 0 ? '' : ', '}${one}`;
  });
}
