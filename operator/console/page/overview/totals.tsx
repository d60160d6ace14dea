import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import type { Overview } from '../../api.ts';
import { hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** The figures of a time; those of executions lead to them. */
export function Totals({
  overview: { totals, durations, slots },
  since,
}: {
  overview: Overview;
  since: string;
}) {
  const { messages, format } = usePreferences();
  const words = messages.overview;
  const figure = (text: string) => <span className="figure">{text}</span>;
  const linked = (label: string, count: number, status: string | null) => ({
    label,
    value: (
      <Link
        variant="awsui-value-large"
        href={hrefs.executions({ status, since })}
        ariaLabel={`${label}: ${format.number(count)}`}
      >
        {format.number(count)}
      </Link>
    ),
  });
  return (
    <KeyValuePairs
      columns={4}
      minColumnWidth={110}
      items={[
        linked(words.executions, totals.executions, null),
        linked(words.running, totals.running, 'running'),
        linked(words.succeeded, totals.succeeded, 'succeeded'),
        linked(words.failed, totals.failed, 'failed'),
        ...(totals.stopped > 0 ? [linked(words.stopped, totals.stopped, 'aborted')] : []),
        { label: words.rows, value: <span className="figure">{format.number(totals.rows)}</span> },
        { label: words.rejected, value: <span className="figure">{format.number(totals.rejected)}</span> },
        ...(durations.median === null
          ? []
          : [
              { label: words.median, value: figure(format.duration(durations.median)) },
              { label: words.p95, value: figure(format.duration(durations.p95!)) },
            ]),
        ...(slots === null
          ? []
          : [
              { label: words.slotsUsed, value: figure(format.number(slots.used)) },
              { label: words.slotsWaiting, value: figure(format.number(slots.waiting)) },
            ]),
      ]}
    />
  );
}
