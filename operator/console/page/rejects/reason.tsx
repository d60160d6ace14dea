import { UntrustedText } from '../frame/untrusted-text.tsx';
import { reasonInJapanese } from '../messages/ja-reasons.ts';
import { translate } from '../messages/messages.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** Of reasons in the importer's words; those that a definition gives are in whatever language. */
const OWN_WORDS = /^must /;

/** Why something was rejected: in the user's language, and in the importer's own words, which are exacter. */
export function Reason({ code, reason }: { code: string; reason: string }) {
  const { messages, language } = usePreferences();
  const translated = language === 'ja' ? reasonInJapanese(reason) : null;
  const byDefinition = code === 'rule_violated' && !OWN_WORDS.test(reason);
  const meaning =
    language === 'en' || byDefinition ? undefined : (translated ?? translate(messages.rejectCodes, code));
  return (
    <span className="reason">
      {meaning !== undefined && <>{meaning} </>}
      {translated === null && (
        <span
          {...(byDefinition ? {} : { lang: 'en' })}
          className={meaning === undefined ? undefined : 'reason-original'}
        >
          <UntrustedText text={reason} />
        </span>
      )}
    </span>
  );
}
