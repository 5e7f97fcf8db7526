import type { Entity } from '../../data/dataset/truth.ts';
import { formatEntity } from './format-entity.ts';
import { type Html, html } from './html.ts';
import type { ReportedIntervention } from './report-data.ts';

/** The first three entities of a label, and how many more there are. */
export function entities({ entities: named, entityCount }: ReportedIntervention): Html {
  const more = entityCount - Math.min(3, named.length);
  return html`${named.slice(0, 3).map((entity, index) => html`${index === 0 ? '' : ', '}${who(entity)}`)}${more > 0 ? ` and ${more} more` : ''}`;
}

/** An entity with its id as code. */
function who({ type, id }: Entity): Html {
  return type === id ? html`${formatEntity({ type, id }).replace(' ', '\u00a0')}` : html`${type} <code>${id}</code>`;
}

/** The first three, with all behind them. */
export function whoAll(all: readonly Entity[]): Html {
  const named = (entities: typeof all) =>
    entities.map((entity, index) => html`${index === 0 ? '' : ', '}${who(entity)}`);
  if (all.length <= 3) return html`${named(all)}`;
  return html`${named(all.slice(0, 3))} <details><summary>and ${all.length - 3} more</summary>${named(all.slice(3))}</details>`;
}
