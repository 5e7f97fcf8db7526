import { months } from '../../base/format-time.ts';
import { rowsOfLines } from './rows-of-lines.ts';
import { cannotImport, type SourceFile } from './source-row.ts';

/** What a line of an access log holds, in the names that `--by` and `--value` take. */
const accessLogColumns = [
  'host',
  'ident',
  'user',
  'time',
  'method',
  'path',
  'protocol',
  'status',
  'bytes',
  'referer',
  'agent',
];

/** The common log format; the combined one has two more quoted cells. A virtual host with its port may stand before the line, which an IPv6 address is not. Behind a proxy the host may be a list: `10.0.0.1, 10.0.0.2`. */
const pattern =
  /^(?:(?:[^\s:]+|\[\S+\]):\d+ (?!- ))?((?:\S+, ){0,20}\S+) (\S+) (.*?) ?\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\] "(.*?)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?/;

export function isAccessLog(line: string): boolean {
  return pattern.test(line);
}

/** An access log as web servers write it: the common and the combined format. */
export function accessLogSource(path: string): SourceFile {
  return {
    path,
    format: 'access log',
    columns: accessLogColumns,
    rows(wanted, watch) {
      const indices = wanted.map(name => accessLogColumns.indexOf(name));
      return rowsOfLines(path, watch, (text, line) => {
        const cells = cellsOf(text);
        if (cells !== undefined) return indices.map(column => cells[column]);
        const expected =
          'host ident user [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326, as in the common log format';
        throw cannotImport(path, { line })('it is not a line of an access log', expected);
      });
    },
  };
}

/** In the order of `accessLogColumns`; "-" is a missing cell. Undefined if it is not a line of an access log. */
function cellsOf(text: string): readonly (string | undefined)[] | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, host, ident, user, day, month = '', year, clock, zone, request = '', status, bytes, referer, agent] = match;
  const time = `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day}T${clock}${zone}`;
  const [method, target, protocol] = request.split(' ');
  const cells = [host, ident, user, time, method, target, protocol, status, bytes, referer, agent];
  return cells.map(cell => (cell === '-' || cell === '' ? undefined : cell));
}
