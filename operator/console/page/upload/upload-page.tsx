import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import { Headline } from '../frame/headline.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { UploadFlow } from './upload-flow.tsx';

/** A file to be imported: checked first, then imported. */
export function UploadPage({ importName }: { importName: string | null }) {
  const { messages } = usePreferences();
  return (
    <ContentLayout
      header={<Headline text={messages.upload.title} description={<Box>{messages.upload.intro}</Box>} />}
    >
      <Container>
        <UploadFlow importName={importName} />
      </Container>
    </ContentLayout>
  );
}
