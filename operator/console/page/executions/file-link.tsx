import Badge from '@cloudscape-design/components/badge';
import Link from '@cloudscape-design/components/link';
import type { ExecutionHead } from '../../api.ts';
import { fileNameOf } from '../format/strangers-text.ts';
import { StrangersText } from '../frame/strangers-text.tsx';
import { hrefs } from '../route.ts';
import { useReader } from '../settings/reader.tsx';

/** A link to an execution by its file's name; the whole key shows under the pointer, and on the execution's page. */
export function FileLink({ execution }: { execution: ExecutionHead }) {
  const { messages } = useReader();
  const { name, upload, dryRun } = execution;
  return (
    <span className="breakable" title={upload?.key ?? name}>
      <Link href={hrefs.execution(name)}>
        <StrangersText text={upload === null ? name : fileNameOf(upload.key)} />
      </Link>
      {dryRun && (
        <>
          {' '}
          <Badge>{messages.dryRun}</Badge>
        </>
      )}
    </span>
  );
}
