import { useEffect, useState } from 'react';
import { usePreferences } from '../settings/preferences.tsx';

/** A moment as it is spoken of, such as “3 minutes ago”; the exact time shows under the pointer. */
export function RelativeTime({ time }: { time: string }) {
  const { format } = usePreferences();
  const now = useNow();
  return (
    <time dateTime={time} title={format.time(time)}>
      {format.ago((now - Date.parse(time)) / 1000)}
    </time>
  );
}

/**
 * How long ago what is shown was loaded.
 *
 * @param at in milliseconds; 0: not yet
 */
export function Updated({ at }: { at: number }) {
  const { messages, format } = usePreferences();
  const now = useNow();
  if (at === 0) return null;
  return <span data-testid="updated">{messages.updated(format.ago((now - at) / 1000))}</span>;
}

/** The time in milliseconds, to the second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
