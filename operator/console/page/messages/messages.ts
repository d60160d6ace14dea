import { en } from './en.ts';
import { ja } from './ja.ts';

export type { Messages } from './en.ts';

/** The languages of the page, by their BCP 47 tags. */
export const languages = { en: { name: 'English', messages: en }, ja: { name: '日本語', messages: ja } };
export type Language = keyof typeof languages;

/** The page's language for somebody who prefers these, the most preferred one first. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0]!;
    if (language in languages) return language as Language;
  }
  return 'en';
}

/** The message for a name; undefined if this version of the page does not know it. */
export function translate<T>(known: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
