import '@cloudscape-design/global-styles/index.css';
import './page.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { setColours } from './colours.ts';
import { queryClient } from './requests/connection.ts';
import { PreferencesProvider } from './settings/preferences.tsx';

setColours(document.body);
createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queryClient}>
    <PreferencesProvider>
      <App />
    </PreferencesProvider>
  </QueryClientProvider>,
);
