import { StrangersText } from './strangers-text.tsx';

/** Text of ours, which may quote what others have typed, in which `commands` stand between backquotes. */
export function Coded({ text }: { text: string }) {
  return text.split('`').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text
    <Part key={index} text={part} isCode={index % 2 === 1} />
  ));
}

function Part({ text, isCode }: { text: string; isCode: boolean }) {
  const shown = <StrangersText text={text} />;
  return isCode ? <code>{shown}</code> : shown;
}
