/**
 * The script of the page, for a browser. It shows the part that the address names, draws the charts from the options in the page, with the colours of the
 * style, zooms all of them together, and sorts tables. It redraws when the reader switches between light and dark or prints. `echarts` must be loaded
 * before it where the page has charts.
 */
export const pageScript = `
'use strict';
(() => {
  const charts = new Map();
  const root = document.documentElement;
  let range = { start: 0, end: 100 };

  function withColours(value, style) {
    if (typeof value === 'string') return (value.startsWith('--') && style.getPropertyValue(value).trim()) || value;
    if (Array.isArray(value)) return value.map(item => withColours(item, style));
    if (value === null || typeof value !== 'object') return value;
    if (value.values && value.stepMs) return value.values.map((one, index) => [value.startMs + index * value.stepMs, one]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withColours(item, style)]));
  }

  function draw(figure) {
    if (figure.clientWidth === 0) return;
    const { chart, option, channels } = charts.get(figure) ?? start(figure);
    const style = getComputedStyle(root);
    chart.resize();
    chart.setOption(withColours(option, style));
    if (channels) {
      const { series, yAxisName } = channels[figure.dataset.channel ?? 0];
      chart.setOption(withColours({ series, yAxis: [{ name: yAxisName }] }, style));
    }
  }

  function start(figure) {
    const { channels, ...option } = JSON.parse(figure.querySelector('script').textContent);
    const chart = echarts.init(figure.appendChild(figure.ownerDocument.createElement('div')), null, {
      renderer: 'svg',
      height: figure.clientHeight,
    });
    charts.set(figure, { chart, option, channels });
    if (option.dataZoom) {
      chart.setOption(withColours(option, getComputedStyle(root)));
      chart.dispatchAction({ type: 'dataZoom', ...range });
      chart.on('datazoom', () => zoomAll(chart));
      chart.on('click', ({ name }) => {
        if (name && document.getElementById(name)) location.hash = name;
      });
    }
    return charts.get(figure);
  }

  /** One time axis: what one chart shows, all show. */
  function zoomAll(source) {
    const { start, end } = source.getOption().dataZoom[0];
    if (start === range.start && end === range.end) return;
    range = { start, end };
    for (const { chart, option } of charts.values()) {
      if (chart !== source && option.dataZoom) chart.dispatchAction({ type: 'dataZoom', ...range });
    }
  }

  function zoomBy(chart, how) {
    const { start, end } = chart.getOption().dataZoom[0];
    const [middle, half] = [(start + end) / 2, (end - start) / 2];
    const to = {
      in: [middle - half / 2, middle + half / 2],
      out: [middle - half * 2, middle + half * 2],
      earlier: [start - half, end - half],
      later: [start + half, end + half],
      all: [0, 100],
    }[how];
    const width = Math.min(100, to[1] - to[0]);
    const first = Math.max(0, Math.min(100 - width, to[0]));
    chart.dispatchAction({ type: 'dataZoom', start: first, end: first + width });
  }

  function drawAll() {
    document.querySelectorAll('figure.chart').forEach(draw);
    letScroll();
  }

  function letScroll() {
    // The arrow keys scroll a wide table only where it can have the focus.
    for (const box of document.querySelectorAll('.scroll, .tree')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute('tabindex');
    }
  }

  /** An id may hold a percent sign that stands for itself. */
  function addressed(name) {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  }

  /** Shows the part that the address names, opens what is folded around its target, and marks it. */
  function show() {
    const target = document.getElementById(addressed(location.hash.slice(1)));
    const parts = [...document.querySelectorAll('.part')];
    const open = target?.closest('.part') ?? (target && parts.find(part => part.matches('.open'))) ?? parts[0];
    for (const part of parts) part.classList.toggle('open', part === open);
    for (const link of document.querySelectorAll('nav a')) {
      if (link.hash === '#' + open?.id) {
        link.setAttribute('aria-current', 'page');
        link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      } else link.removeAttribute('aria-current');
    }
    for (const other of document.querySelectorAll('.target')) other.classList.remove('target');
    drawAll();
    if (!target || target.id === 'content') return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === 'DETAILS') box.open = true;
    if (target === open) return window.scrollTo(0, 0);
    target.classList.add('target');
    target.scrollIntoView({ block: 'center' });
  }

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

  /** Shows a channel in its chart. */
  function choose(select, channel) {
    select.value = channel;
    const figure = document.getElementById(select.dataset.chart);
    figure.dataset.channel = channel;
    draw(figure);
  }

  document.addEventListener('click', ({ target }) => {
    const heading = target.closest('.sortable thead th');
    if (heading) sort(heading);
    const button = target.closest('button[data-chart]');
    if (!button) return;
    const figure = document.getElementById(button.dataset.chart);
    const { chart } = charts.get(figure);
    const { zoom, start, end, channel } = button.dataset;
    if (zoom) return zoomBy(chart, zoom);
    const option = [...document.querySelectorAll('select[data-chart] option')].find(
      ({ parentNode, textContent }) => parentNode.dataset.chart === figure.id && textContent === channel,
    );
    if (option) choose(option.parentNode, option.value);
    chart.dispatchAction({ type: 'dataZoom', startValue: Number(start), endValue: Number(end) });
    figure.scrollIntoView({ behavior: 'smooth', block: 'center' });
  });
  document.addEventListener('change', ({ target }) => {
    if (target.matches('select[data-chart]')) choose(target, target.value);
  });
  for (const heading of document.querySelectorAll('.sortable thead th')) {
    heading.tabIndex = 0;
    heading.addEventListener('keydown', event => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      sort(heading);
    });
  }
  document.addEventListener('toggle', letScroll, true);
  window.addEventListener('hashchange', show);
  window.addEventListener('resize', drawAll);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  window.addEventListener('beforeprint', () => {
    root.classList.add('paper');
    drawAll();
    // Paper has another width, and the page gets no event for it: let the pictures scale.
    for (const { chart } of charts.values()) {
      chart.getDom().querySelector('svg').setAttribute('viewBox', '0 0 ' + chart.getWidth() + ' ' + chart.getHeight());
    }
  });
  window.addEventListener('afterprint', () => {
    root.classList.remove('paper');
    drawAll();
  });
  root.classList.add('scripted');
  show();
})();
`;
