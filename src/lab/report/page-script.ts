/**
 * What runs in the page, in a browser: draws the charts from the options in the page, with the colours that the style gives, again when the
 * reader switches between light and dark or prints; sorts tables; shows an alarm's time. `echarts` comes before it.
 */
export const pageScript = `
'use strict';
(() => {
  const charts = new Map();

  function withColours(value, style) {
    if (typeof value === 'string') return value.startsWith('--') ? style.getPropertyValue(value).trim() : value;
    if (Array.isArray(value)) return value.map(item => withColours(item, style));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withColours(item, style)]));
  }

  function draw(figure) {
    if (figure.clientWidth === 0) return;
    const { chart, option } = charts.get(figure) ?? start(figure);
    chart.resize();
    chart.setOption(withColours(option, getComputedStyle(document.documentElement)));
  }

  function start(figure) {
    const option = JSON.parse(figure.querySelector('script').textContent);
    const chart = echarts.init(figure.appendChild(figure.ownerDocument.createElement('div')), null, {
      renderer: 'svg',
      height: figure.clientHeight,
    });
    charts.set(figure, { chart, option });
    return { chart, option };
  }

  const drawAll = () => document.querySelectorAll('figure.chart').forEach(draw);

  function sort(heading) {
    const table = heading.closest('table');
    const column = [...heading.parentNode.children].indexOf(heading);
    const keyOf = row => {
      const cell = row.children[column];
      return cell.dataset.sort ?? cell.textContent.trim();
    };
    const isAscending = heading.getAttribute('aria-sort') === 'descending';
    for (const other of heading.parentNode.children) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
    const body = table.tBodies[0];
    const compare = (a, b) => {
      if (a === '' || b === '') return Number(a === '') - Number(b === '');
      const order = isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
      return isAscending ? order : -order;
    };
    body.append(...[...body.rows].sort((a, b) => compare(keyOf(a), keyOf(b))));
  }

  document.addEventListener('click', ({ target }) => {
    const heading = target.closest('.sortable thead th:not(.bare)');
    if (heading) sort(heading);
    const button = target.closest('button[data-chart]');
    if (!button) return;
    const figure = document.getElementById(button.dataset.chart);
    const { chart } = charts.get(figure);
    chart.dispatchAction({ type: 'dataZoom', startValue: Number(button.dataset.start), endValue: Number(button.dataset.end) });
    figure.scrollIntoView({ behavior: 'smooth', block: 'center' });
  });
  for (const heading of document.querySelectorAll('.sortable thead th:not(.bare)')) {
    heading.tabIndex = 0;
    heading.addEventListener('keydown', event => {
      if (event.key === 'Enter') sort(heading);
    });
  }
  document.addEventListener('toggle', drawAll, true);
  window.addEventListener('resize', drawAll);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  window.addEventListener('beforeprint', () => {
    document.documentElement.classList.add('paper');
    drawAll();
    // Paper has another width, and the page gets no event for it: let the pictures scale.
    for (const { chart } of charts.values()) {
      chart.getDom().querySelector('svg').setAttribute('viewBox', '0 0 ' + chart.getWidth() + ' ' + chart.getHeight());
    }
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('paper');
    drawAll();
  });
  drawAll();
})();
`;
