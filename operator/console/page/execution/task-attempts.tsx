import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import type { StateView } from '../../api.ts';
import { UntrustedText } from '../frame/untrusted-text.tsx';
import { usePreferences } from '../settings/preferences.tsx';

type Attempts = StateView['visits'][number]['attempts'];

/** The importer's starts in a visit of RunImporter, and how ECS says that each ended. */
export function TaskAttempts({ attempts }: { attempts: Attempts }) {
  const { messages, format } = usePreferences();
  const words = messages.execution;
  return attempts.map(({ attempt, at, task, link }) => (
    <KeyValuePairs
      key={at}
      columns={4}
      minColumnWidth={150}
      items={[
        { label: words.attemptId, value: <Code text={attempt} /> },
        { label: words.started, value: format.time(at) },
        { label: words.exitCode, value: task?.exitCode ?? messages.none },
        {
          label: words.stopReason,
          value: (
            <UntrustedText
              text={[task?.stopCode, task?.reason].filter(Boolean).join(': ') || messages.none}
            />
          ),
        },
        ...(task?.taskArn
          ? [
              {
                label: words.task,
                value:
                  link === null ? (
                    <Code text={task.taskArn} />
                  ) : (
                    <Link external href={link}>
                      {task.taskArn.split('/').at(-1)}
                    </Link>
                  ),
              },
            ]
          : []),
      ]}
    />
  ));
}

function Code({ text }: { text: string }) {
  return (
    <span className="breakable">
      <UntrustedText text={text} />
    </span>
  );
}
