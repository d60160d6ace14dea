import { UntrustedText } from './untrusted-text.tsx';

/** Text with `commands` between backquotes shown as code. It may quote untrusted text. */
export function InlineCode({ text }: { text: string }) {
  return text.split('`').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text
    <Part key={index} text={part} isCode={index % 2 === 1} />
  ));
}

function Part({ text, isCode }: { text: string; isCode: boolean }) {
  const shown = <UntrustedText text={text} />;
  return isCode ? <code>{shown}</code> : shown;
}
