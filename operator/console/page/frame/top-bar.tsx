import TopNavigation from '@cloudscape-design/components/top-navigation';
import { languages } from '../messages/messages.ts';
import { hrefs } from '../route.ts';
import { type Theme, usePreferences } from '../settings/preferences.tsx';
import { focusHeadline } from './use-focus-on-navigation.ts';

const themes: Theme[] = ['system', 'light', 'dark'];

/** Above every page: what this is, its language and its colours. */
export function TopBar() {
  const { language, setLanguage, theme, setTheme, messages } = usePreferences();
  return (
    <div id="top">
      <button type="button" className="skip-link" onClick={focusHeadline}>
        {messages.skip}
      </button>
      <TopNavigation
        identity={{ href: hrefs.overview, title: messages.title }}
        utilities={[
          {
            type: 'menu-dropdown',
            text: languages[language].name,
            ariaLabel: `${messages.language}: ${languages[language].name}`,
            disableUtilityCollapse: true,
            items: Object.entries(languages).map(([id, { name }]) => ({ id, text: name, lang: id })),
            onItemClick: ({ detail }) => setLanguage(detail.id as keyof typeof languages),
          },
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            ariaLabel: messages.theme.label,
            title: messages.theme.label,
            disableUtilityCollapse: true,
            items: themes.map((id) => ({
              id,
              itemType: 'checkbox',
              checked: id === theme,
              text: messages.theme[id],
            })),
            onItemClick: ({ detail }) => setTheme(detail.id as Theme),
          },
        ]}
      />
    </div>
  );
}
