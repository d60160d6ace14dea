import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';

/** Data of a state as JSON: indented to be read, and as it is to be copied. */
export function JsonText({ title, text }: { title: string; text: string }) {
  const { messages } = usePreferences();
  const words = messages.execution;
  return (
    <ExpandableSection
      defaultExpanded
      headerText={title}
      headerActions={
        <CopyToClipboard
          variant="icon"
          textToCopy={text}
          copyButtonAriaLabel={`${words.copy}: ${title}`}
          copySuccessText={words.copied}
          copyErrorText={messages.problem.action}
        />
      }
    >
      <div className="json">
        {indent(text)
          .split('\n')
          .map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text
            <div key={index}>
              <UntrustedText text={line} />
            </div>
          ))}
      </div>
    </ExpandableSection>
  );
}

/** What is no JSON stays as it is. */
function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
