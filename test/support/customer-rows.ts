import { headers } from '../../samples/customers.ts';

/** The header line of the sample import, without its end. */
export const header = headers.join(',');
/** A row of it, with its end left out. */
export const row = (
  id: number,
  changes: { name?: string; email?: string; limit?: string; notes?: string } = {},
) =>
  `${id},${changes.name ?? `Name ${id}`},${changes.email ?? `m${id}@example.com`},,,,${changes.limit ?? '1.00'},2024-01-01T00:00:00Z,${changes.notes ?? ''}`;
/** A file of these. */
export const file = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`;
