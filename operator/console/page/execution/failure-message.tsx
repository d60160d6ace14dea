import { UntrustedText } from '../frame/untrusted-text.tsx';
import { failureMeaningsInJapanese } from '../messages/ja-failure-meanings.ts';
import { failureMessageInJapanese } from '../messages/ja-failure-messages.ts';
import { translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';

/**
 * What failed, in the user's language: translated, or by the meaning of the failure's name with the message itself
 * below.
 */
export function FailureMessage({ name, message }: { name: string; message: string }) {
  const { language } = usePreferences();
  const translated = language === 'ja' ? failureMessageInJapanese(message) : null;
  const meaning = language === 'ja' ? translate(failureMeaningsInJapanese, name) : undefined;
  if (translated !== null) return <Lines text={translated} />;
  return (
    <>
      {meaning !== undefined && <div>{meaning}</div>}
      {message !== '' && (
        <div lang="en" className={meaning === undefined ? undefined : 'reason-original'}>
          <Lines text={message} />
        </div>
      )}
    </>
  );
}

function Lines({ text }: { text: string }) {
  return text.split('\n').map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text
    <div key={index} className="breakable">
      <UntrustedText text={line} />
    </div>
  ));
}
