import Flashbar from '@cloudscape-design/components/flashbar';
import { useServerUnreachable } from '../requests/connection.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { InlineCode } from './inline-code.tsx';

/** An alert above every page while the server does not answer. */
export function UnreachableNotice() {
  const { messages } = usePreferences();
  if (!useServerUnreachable()) return null;
  return (
    <Flashbar
      items={[
        {
          id: 'unreachable',
          type: 'error',
          ariaRole: 'alert',
          header: messages.unreachable.title,
          content: <InlineCode text={messages.unreachable.text} />,
        },
      ]}
    />
  );
}
