import Badge from '@cloudscape-design/components/badge';
import Link from '@cloudscape-design/components/link';
import type { ExecutionHead } from '../../api.ts';
import { fileNameOf, folderOf } from '../format/untrusted-text.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { hrefs } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';

/** A link to an execution by its file's name, with the path of its key: files of several users have one name. */
export function FileLink({ execution }: { execution: ExecutionHead }) {
  const { messages } = usePreferences();
  const { name, upload, dryRun } = execution;
  const folder = folderOf(upload?.key ?? '');
  return (
    <span className="breakable" title={upload?.key ?? name}>
      <Link href={hrefs.execution(name)}>
        <UntrustedText text={upload === null ? name : fileNameOf(upload.key)} />
      </Link>
      {dryRun && (
        <>
          {' '}
          <Badge>{messages.dryRun}</Badge>
        </>
      )}
      {folder !== '' && (
        <span className="folder">
          <UntrustedText text={folder} />
        </span>
      )}
      {Object.entries(execution.values ?? {}).map(([name, value]) => (
        <span key={name} className="folder">
          <UntrustedText text={`${name}: ${value}`} />
        </span>
      ))}
    </span>
  );
}
