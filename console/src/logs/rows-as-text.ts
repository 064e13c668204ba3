import type { Cell, QueryResult } from '../api/types.ts';

/** Spreadsheets run what begins like a formula; a quote before it makes it text again (OWASP, CSV injection). */
const disarm = (text: string): string => (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);

function csvCell(value: Cell | undefined): string {
  const text = disarm(value === null || value === undefined ? '' : String(value));
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180 with a header line. */
export function toCsv({ fields, rows }: QueryResult): string {
  const names = fields.map(({ name }) => name);
  const lines = rows.map((row) => names.map((name) => csvCell(row[name])).join(','));
  return `${[names.map((name) => csvCell(name).replace(/^'/, '')).join(','), ...lines].join('\r\n')}\r\n`;
}

export const toJson = ({ rows }: QueryResult): string => `${JSON.stringify(rows, null, 2)}\n`;
export const toNdjson = ({ rows }: QueryResult): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
