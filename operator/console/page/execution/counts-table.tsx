import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Counts } from '../../../../contract/report.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** What became of the rows: those that were read always, the others where there are any. */
export function CountsTable({ counts }: { counts: Counts }) {
  const { messages, format } = usePreferences();
  const shown = (Object.keys(messages.counts) as (keyof Counts)[]).filter(
    (name) => name === 'read' || counts[name] > 0,
  );
  return (
    <KeyValuePairs
      columns={4}
      minColumnWidth={110}
      items={shown.map((name) => ({
        label: messages.counts[name],
        value: <span className="figure">{format.number(counts[name])}</span>,
      }))}
    />
  );
}
