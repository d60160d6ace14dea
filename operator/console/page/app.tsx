import AppLayout from '@cloudscape-design/components/app-layout';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import enCloudscape from '@cloudscape-design/components/i18n/messages/all.en';
import jaCloudscape from '@cloudscape-design/components/i18n/messages/all.ja';
import { useState } from 'react';
import { ExecutionPage } from './execution/execution-page.tsx';
import { ExecutionsPage } from './executions/executions-page.tsx';
import { PageNavigation } from './frame/page-navigation.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { UnknownPage } from './frame/unknown-page.tsx';
import { UnreachableNotice } from './frame/unreachable-notice.tsx';
import { useFocusOnNavigation } from './frame/use-focus-on-navigation.ts';
import { OverviewPage } from './overview/overview-page.tsx';
import type { Route } from './route.ts';
import { usePreferences } from './settings/preferences.tsx';
import { UploadPage } from './upload/upload-page.tsx';
import { useRoute } from './use-route.ts';

const cloudscapeMessages = [enCloudscape, jaCloudscape];

/** The frame that all pages have, and the page that the address names. */
export function App() {
  const { language, messages, narrow } = usePreferences();
  const route = useRoute();
  const [open, setOpen] = useState(!narrow);
  useFocusOnNavigation(route);
  return (
    <I18nProvider locale={language} messages={cloudscapeMessages}>
      <TopBar />
      <AppLayout
        headerSelector="#top"
        navigation={<PageNavigation route={route} onFollow={() => narrow && setOpen(false)} />}
        navigationOpen={open}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigationWidth={220}
        toolsHide
        ariaLabels={{
          navigation: messages.navigation.label,
          navigationToggle: messages.navigation.open,
          navigationClose: messages.navigation.close,
        }}
        notifications={<UnreachableNotice />}
        content={<Content route={route} />}
      />
    </I18nProvider>
  );
}

function Content({ route }: { route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage since={route.since} />;
    case 'executions':
      return <ExecutionsPage filter={route.filter} number={route.number} />;
    case 'execution':
      // Another execution is another page: nothing of the last one's is kept.
      return <ExecutionPage key={route.name} name={route.name} state={route.state} />;
    case 'upload':
      return <UploadPage key={route.import} importName={route.import} />;
    case 'unknown':
      return <UnknownPage />;
  }
}
