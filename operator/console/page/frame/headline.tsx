import Header from '@cloudscape-design/components/header';
import { type ReactNode, useEffect } from 'react';
import { usePreferences } from '../settings/preferences.tsx';
import { HEADLINE } from './use-focus-on-navigation.ts';

interface HeadlineProps {
  /** What the browser's tab is called, too. */
  text: string;
  actions?: ReactNode;
  description?: ReactNode;
  info?: ReactNode;
  /** Such as how many there are. */
  counter?: string;
}

/** The headline of a page: what a navigation moves the focus to. */
export function Headline({ text, actions, description, info, counter }: HeadlineProps) {
  const { messages } = usePreferences();
  useEffect(() => {
    document.title = `${text} – ${messages.title}`;
  }, [text, messages]);
  return (
    <Header variant="h1" actions={actions} description={description} info={info} counter={counter}>
      <span id={HEADLINE} tabIndex={-1} className="headline">
        {text}
      </span>
    </Header>
  );
}
