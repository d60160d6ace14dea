import { UntrustedText } from '../frame/untrusted-text.tsx';
import { translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** Why something was refused: in the reader's language, and in the importer's own words, which are exacter. */
export function Reason({ code, reason }: { code: string; reason: string }) {
  const { messages, language } = usePreferences();
  const meaning = language === 'en' ? undefined : translate(messages.rejectCodes, code);
  return (
    <span className="reason">
      {meaning !== undefined && <>{meaning} </>}
      <span lang="en" className={meaning === undefined ? undefined : 'reason-original'}>
        <UntrustedText text={reason} />
      </span>
    </span>
  );
}
