import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '../settings/preferences.tsx';

/** So long after the last keystroke the search begins, in milliseconds. */
const PAUSE_MS = 250;

/** Takes the words that executions are searched by. */
export function SearchField({ search, onSearch }: { search: string; onSearch: (text: string) => void }) {
  const { messages } = usePreferences();
  const [text, setText] = useState(search);
  const [shown, setShown] = useState(search);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);
  // The address was changed by another way, such as the back button.
  if (search !== shown) {
    setShown(search);
    setText(search);
  }
  return (
    <FormField label={messages.filter.search} stretch>
      <Input
        type="search"
        value={text}
        placeholder={messages.filter.searchFor}
        clearAriaLabel={messages.filter.clearSearch}
        onChange={({ detail }) => {
          setText(detail.value);
          clearTimeout(waiting.current);
          waiting.current = setTimeout(() => {
            setShown(detail.value.trim());
            onSearch(detail.value.trim());
          }, PAUSE_MS);
        }}
      />
    </FormField>
  );
}
