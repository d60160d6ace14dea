import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import type { Overview } from '../../api.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** Which failures happened when, as stacked bars. */
export function FailuresOverTime({ overview }: { overview: Overview }) {
  const { messages, format } = usePreferences();
  const words = messages.overview;
  const { hours, failures } = overview;
  if (failures.length === 0) return <Box color="text-body-secondary">{words.noFailures}</Box>;
  return (
    <BarChart
      height={180}
      stackedBars
      hideFilter
      xScaleType="categorical"
      series={failures.map(({ name }) => ({
        type: 'bar' as const,
        title: name,
        data: hours.map((hour) => ({ x: new Date(hour.at), y: hour.failures[name] ?? 0 })),
        valueFormatter: (count: number) => format.number(count),
      }))}
      xDomain={hours.map(({ at }) => new Date(at))}
      xTitle={words.hour}
      i18nStrings={{
        xTickFormatter: (hour: Date) => format.hour(hour),
        yTickFormatter: (count: number) => (Number.isInteger(count) ? format.number(count) : ''),
      }}
      ariaLabel={words.failuresPerHour}
    />
  );
}
