import Alert from '@cloudscape-design/components/alert';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { SearchState } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';

/** How far the server has come, while it looks for older executions or for their details. */
export function SearchNotice({ search }: { search: SearchState }) {
  const { messages, format } = usePreferences();
  const { known, unread, incomplete, ledgerProblem } = search;
  const words = messages.search;
  return (
    <>
      {ledgerProblem !== null && (
        <Alert type="warning" header={words.ledgerProblem}>
          <span lang="en" className="breakable">
            <UntrustedText text={ledgerProblem} />
          </span>
        </Alert>
      )}
      {(incomplete || unread > 0) && (
        <StatusIndicator type="loading">
          {incomplete
            ? words.listing(format.number(known))
            : words.reading(format.number(known - unread), format.number(known))}
        </StatusIndicator>
      )}
    </>
  );
}
