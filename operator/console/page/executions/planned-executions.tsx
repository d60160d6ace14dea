import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import type { ExecutionHead, RedriveResult } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { OutcomeText } from './outcome-text.tsx';

interface PlannedExecutionsProps {
  title: string;
  /** Why they are left out. */
  reason?: string;
  executions: readonly ExecutionHead[];
}

/** Executions of a plan, by their keys. */
export function PlannedExecutions({ title, reason, executions }: PlannedExecutionsProps) {
  return (
    <section aria-label={title}>
      <Box variant="h3">{title}</Box>
      {reason !== undefined && <Box color="text-body-secondary">{reason}</Box>}
      <ul className="divided">
        {executions.map((execution) => (
          <li key={execution.name}>
            <span className="breakable">
              <UntrustedText text={execution.upload?.key ?? execution.name} />
            </span>
            <OutcomeText execution={execution} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How many redrives have begun, and which Step Functions has refused. */
export function RefusedRedrives({ results }: { results: readonly RedriveResult[] }) {
  const { messages, format } = usePreferences();
  const refused = results.flatMap(({ refused }) => refused ?? []);
  const begun = results.length - refused.length;
  return (
    <Alert type={refused.length === 0 ? 'success' : 'warning'}>
      {messages.redrives.begun(format.number(begun))}
      {refused.map((reason) => (
        <div key={reason} lang="en" className="breakable">
          <UntrustedText text={reason} />
        </div>
      ))}
    </Alert>
  );
}
