import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import type { Overview } from '../../api.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** Rows per hour, as bars. */
export function RowsChart({ overview }: { overview: Overview }) {
  const { messages, format } = usePreferences();
  const { hours } = overview;
  const words = messages.overview;
  if (hours.every(({ rows }) => rows === 0)) return <Box color="text-body-secondary">{words.noRows}</Box>;
  const data = hours.map(({ at, rows }) => ({ x: new Date(at), y: rows }));
  return (
    <BarChart
      height={220}
      hideFilter
      hideLegend
      xScaleType="categorical"
      series={[
        {
          type: 'bar',
          title: words.rowsPerHour,
          data,
          valueFormatter: (rows: number) => format.number(rows),
        },
      ]}
      xDomain={data.map(({ x }) => x)}
      xTitle={words.hour}
      i18nStrings={{
        xTickFormatter: (hour: Date) => format.hour(hour),
        yTickFormatter: (rows: number) => format.number(rows),
      }}
      ariaLabel={words.rowsPerHour}
    />
  );
}
