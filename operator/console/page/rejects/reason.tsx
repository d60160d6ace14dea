import { StrangersText } from '../frame/strangers-text.tsx';
import { say } from '../messages/messages.ts';
import { useReader } from '../settings/reader.tsx';

/** Why something was refused: in the reader's language, and in the importer's own words, which are exacter. */
export function Reason({ code, reason }: { code: string; reason: string }) {
  const { messages, language } = useReader();
  const meaning = language === 'en' ? undefined : say(messages.rejectCodes, code);
  return (
    <span className="reason">
      {meaning !== undefined && <>{meaning} </>}
      <span lang="en" className={meaning === undefined ? undefined : 'reason-original'}>
        <StrangersText text={reason} />
      </span>
    </span>
  );
}
