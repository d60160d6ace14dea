import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { createFormat, type Format } from '../format/format.ts';
import { chooseLanguage, type Language, languages, type Messages } from '../messages/messages.ts';
import { readPreference, storePreference } from './stored-preferences.ts';
import { useMedia } from './use-media.ts';

export type Theme = 'system' | 'light' | 'dark';

/** The user's language and theme, and what follows from them. */
export interface Preferences {
  language: Language;
  setLanguage(language: Language): void;
  theme: Theme;
  setTheme(theme: Theme): void;
  /** Whether the screen is as narrow as a phone's. */
  narrow: boolean;
  messages: Messages;
  format: Format;
}

const PreferencesContext = createContext<Preferences | null>(null);

/** Cloudscape's own limit of narrow screens. */
const NARROW = '(max-width: 688px)';

/** Provides {@link usePreferences}: the chosen language and theme, or those of the browser and system. */
export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage([readPreference('language') ?? '', ...navigator.languages]),
  );
  const [theme, setTheme] = useState<Theme>(() => {
    const chosen = readPreference('theme');
    return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
  });
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const narrow = useMedia(NARROW);
  const dark = theme === 'dark' || (theme === 'system' && systemDark);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    applyMode(dark ? Mode.Dark : Mode.Light);
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [dark]);
  const preferences = useMemo<Preferences>(
    () => ({
      language,
      setLanguage(chosen) {
        storePreference('language', chosen);
        setLanguage(chosen);
      },
      theme,
      setTheme(chosen) {
        storePreference('theme', chosen);
        setTheme(chosen);
      },
      narrow,
      messages: languages[language].messages,
      format: createFormat(language),
    }),
    [language, theme, narrow],
  );
  return <PreferencesContext value={preferences}>{children}</PreferencesContext>;
}

/** The user's preferences, with the messages in their language. */
export function usePreferences(): Preferences {
  return use(PreferencesContext)!;
}
