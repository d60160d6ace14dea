import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { createFormat, type Format } from '../format/format.ts';
import { chooseLanguage, type Language, languages, type Messages } from '../messages/messages.ts';
import { recall, remember } from './remembered.ts';
import { useMedia } from './use-media.ts';

export type Theme = 'system' | 'light' | 'dark';

/** How whoever reads the page wants it. */
export interface Reader {
  language: Language;
  setLanguage(language: Language): void;
  theme: Theme;
  setTheme(theme: Theme): void;
  /** Whether the screen is as narrow as a phone's. */
  narrow: boolean;
  messages: Messages;
  format: Format;
}

const ReaderContext = createContext<Reader | null>(null);

/** Cloudscape's own limit of narrow screens. */
const NARROW = '(max-width: 688px)';

/** Provides {@link useReader}: language and colours as they were chosen, else as browser and system want them. */
export function ReaderProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage([recall('language') ?? '', ...navigator.languages]),
  );
  const [theme, setTheme] = useState<Theme>(() => {
    const chosen = recall('theme');
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
  const reader = useMemo<Reader>(
    () => ({
      language,
      setLanguage(chosen) {
        remember('language', chosen);
        setLanguage(chosen);
      },
      theme,
      setTheme(chosen) {
        remember('theme', chosen);
        setTheme(chosen);
      },
      narrow,
      messages: languages[language].messages,
      format: createFormat(language),
    }),
    [language, theme, narrow],
  );
  return <ReaderContext value={reader}>{children}</ReaderContext>;
}

/** How whoever reads the page wants it, and what it says in their language. */
export function useReader(): Reader {
  return use(ReaderContext)!;
}
