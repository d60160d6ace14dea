import DateRangePicker from '@cloudscape-design/components/date-range-picker';
import FormField from '@cloudscape-design/components/form-field';
import { usePreferences } from '../settings/preferences.tsx';
import { type Range, toRange, toRelative, toValue } from './range.ts';

const relativeOptions = ['1h', '12h', '1d', '1w', '2w'].map((text) => toRelative(text)!);

interface TimeRangeProps extends Range {
  onChoose: (range: Range) => void;
}

/** When executions were started: since some time ago, or between two moments. */
export function TimeRange({ since, until, onChoose }: TimeRangeProps) {
  const { messages, language } = usePreferences();
  return (
    <FormField label={messages.filter.since}>
      <DateRangePicker
        value={toValue({ since, until })}
        locale={language}
        relativeOptions={relativeOptions}
        placeholder={messages.filter.any}
        expandToViewport
        isValidRange={(value) =>
          value?.type === 'absolute' && !(Date.parse(value.startDate) < Date.parse(value.endDate))
            ? { valid: false, errorMessage: messages.filter.invalidRange }
            : { valid: true }
        }
        onChange={({ detail }) => onChoose(toRange(detail.value))}
      />
    </FormField>
  );
}
