import Box from '@cloudscape-design/components/box';
import LineChart from '@cloudscape-design/components/line-chart';
import type { Overview } from '../../api.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** How long imports took, hour by hour: the median. */
export function DurationsChart({ overview }: { overview: Overview }) {
  const { messages, format } = usePreferences();
  const words = messages.overview;
  const data = overview.hours.flatMap(({ at, medianSeconds }) =>
    medianSeconds === null ? [] : [{ x: new Date(at), y: medianSeconds }],
  );
  if (data.length === 0) return <Box color="text-body-secondary">{words.noRows}</Box>;
  const hours = overview.hours.map(({ at }) => new Date(at));
  return (
    <LineChart
      height={180}
      hideFilter
      hideLegend
      xScaleType="time"
      series={[
        { type: 'line', title: words.median, data, valueFormatter: (y: number) => format.duration(y) },
      ]}
      xDomain={[hours[0]!, hours.at(-1)!]}
      yDomain={[0, Math.max(...data.map(({ y }) => y)) * 1.1]}
      xTitle={words.hour}
      i18nStrings={{
        xTickFormatter: (hour: Date) => format.hour(hour),
        yTickFormatter: (seconds: number) => format.duration(seconds),
      }}
      ariaLabel={words.durationsPerHour}
    />
  );
}
