import ContentLayout from '@cloudscape-design/components/content-layout';
import Link from '@cloudscape-design/components/link';
import { hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { Headline } from './headline.tsx';

/** For an address that somebody has mistyped. */
export function UnknownPage() {
  const { messages } = usePreferences();
  return (
    <ContentLayout header={<Headline text={messages.problem.unknownPage} />}>
      <Link href={hrefs.overview}>{messages.navigation.overview}</Link>
    </ContentLayout>
  );
}
