import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import {
  colorChartsStatusHigh,
  colorChartsStatusLow,
  colorChartsStatusNeutral,
} from '@cloudscape-design/design-tokens';
import type { Overview } from '../../api.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** Pixels of the axis and of each bar. */
const AXIS = 60;
const BAR = 44;

const colors = { system: colorChartsStatusHigh, file: colorChartsStatusLow, none: colorChartsStatusNeutral };

/** How often each failure happened, by cause. */
export function FailuresChart({ overview }: { overview: Overview }) {
  const { messages, format } = usePreferences();
  const failures = overview.failures.toSorted((a, b) => b.count - a.count);
  if (failures.length === 0) {
    return <Box color="text-body-secondary">{messages.overview.noFailures}</Box>;
  }
  const series = (['system', 'file', null] as const)
    .map((blame) => ({
      type: 'bar' as const,
      title: messages.blame[blame ?? 'none'],
      color: colors[blame ?? 'none'],
      data: failures.filter((each) => each.blame === blame).map(({ name, count }) => ({ x: name, y: count })),
      valueFormatter: (count: number) => format.number(count),
    }))
    .filter(({ data }) => data.length > 0);
  return (
    <BarChart
      height={AXIS + failures.length * BAR}
      horizontalBars
      stackedBars
      hideFilter
      xScaleType="categorical"
      series={series}
      xDomain={failures.map(({ name }) => name)}
      yDomain={[0, Math.max(...failures.map(({ count }) => count))]}
      legendTitle={messages.filter.blame}
      ariaLabel={messages.overview.failures}
      i18nStrings={{
        yTickFormatter: (count: number) => (Number.isInteger(count) ? format.number(count) : ''),
      }}
    />
  );
}
