import Flashbar from '@cloudscape-design/components/flashbar';
import { useServerGone } from '../requests/connection.ts';
import { useReader } from '../settings/reader.tsx';
import { Coded } from './coded.tsx';

/** Says above every page that the server does not answer, as long as it does not. */
export function GoneNotice() {
  const { messages } = useReader();
  if (!useServerGone()) return null;
  return (
    <Flashbar
      items={[
        {
          id: 'gone',
          type: 'error',
          ariaRole: 'alert',
          header: messages.gone.title,
          content: <Coded text={messages.gone.text} />,
        },
      ]}
    />
  );
}
