import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import type { Overview } from '../../api.ts';
import { hrefs } from '../route.ts';
import { useReader } from '../settings/reader.tsx';

/** The figures of a time; those of executions lead to them. */
export function Totals({ overview }: { overview: Overview }) {
  const { messages, format } = useReader();
  const { totals, since } = overview;
  const words = messages.overview;
  const linked = (count: number, status: string | null) => (
    <Link variant="awsui-value-large" href={hrefs.executions({ status, since })}>
      {format.number(count)}
    </Link>
  );
  return (
    <KeyValuePairs
      columns={4}
      minColumnWidth={110}
      items={[
        { label: words.executions, value: linked(totals.executions, null) },
        { label: words.running, value: linked(totals.running, 'running') },
        { label: words.succeeded, value: linked(totals.succeeded, 'succeeded') },
        { label: words.failed, value: linked(totals.failed, 'failed') },
        { label: words.rows, value: <span className="figure">{format.number(totals.rows)}</span> },
        { label: words.rejected, value: <span className="figure">{format.number(totals.rejected)}</span> },
      ]}
    />
  );
}
