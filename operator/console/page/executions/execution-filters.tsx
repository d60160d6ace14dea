import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { translate } from '../messages/messages.ts';
import { useStack } from '../requests/queries.ts';
import type { ExecutionsFilter } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { navigate, navigateInPlace } from '../use-route.ts';
import { SearchField } from './search-field.tsx';
import { TimeRange } from './time-range.tsx';

/** As the server takes them, and as Step Functions calls them. */
const statuses = {
  running: 'RUNNING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  timed_out: 'TIMED_OUT',
  aborted: 'ABORTED',
};

/** What the list of executions is filtered by; a choice goes into the address. */
export function ExecutionFilters({ filter }: { filter: ExecutionsFilter }) {
  const { messages } = usePreferences();
  const imports = useStack().data?.imports ?? [];
  const words = messages.filter;
  const choose = (changes: Partial<ExecutionsFilter>) =>
    navigate({ page: 'executions', filter: { ...filter, ...changes }, number: 1 });
  return (
    <fieldset className="filters">
      <legend className="for-screen-readers">{words.label}</legend>
      <div className="search">
        <SearchField
          search={filter.search ?? ''}
          onSearch={(text) =>
            navigateInPlace({ page: 'executions', filter: { ...filter, search: text || null }, number: 1 })
          }
        />
      </div>
      <Choice
        label={words.import}
        value={filter.import}
        known={Object.fromEntries(imports.map(({ name }) => [name, name]))}
        onChoose={(value) => choose({ import: value })}
      />
      <Choice
        label={words.status}
        value={filter.status}
        known={Object.fromEntries(
          Object.entries(statuses).map(([value, status]) => [
            value,
            translate(messages.status, status) ?? status,
          ]),
        )}
        onChoose={(status) => choose({ status })}
      />
      <Choice
        label={words.blame}
        value={filter.blame}
        known={{ file: messages.blame.file, system: messages.blame.system }}
        onChoose={(blame) => choose({ blame })}
      />
      <TimeRange since={filter.since} until={filter.until} onChoose={choose} />
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: string | null;
  /** Values and what they are called; a value that came by a link need not be among them. */
  known: Record<string, string>;
  onChoose: (value: string | null) => void;
}

function Choice({ label, value, known, onChoose }: ChoiceProps) {
  const { messages } = usePreferences();
  const any = { value: '', label: messages.filter.any };
  const options = Object.entries(known).map(([each, text]) => ({ value: each, label: text }));
  const selected =
    value === null ? any : (options.find((option) => option.value === value) ?? { value, label: value });
  return (
    <FormField label={label}>
      <Select
        selectedOption={selected}
        options={[any, ...options]}
        onChange={({ detail }) => onChoose(detail.selectedOption.value || null)}
      />
    </FormField>
  );
}
