import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useMemo } from 'react';
import { drawWorkflow } from '../../../graph/draw-workflow.ts';
import { layoutWorkflow } from '../../../graph/layout-workflow.ts';
import type { StateStatus } from '../../../graph/state-status.ts';
import type { WorkflowDefinition } from '../../../graph/workflow-definition.ts';
import { workflowStyle } from '../../../graph/workflow-style.ts';
import type { TimelineEntry } from '../../../timeline.ts';
import { usePreferences } from '../settings/preferences.tsx';

interface WorkflowGraphProps {
  workflow: WorkflowDefinition;
  states: Record<string, StateStatus>;
  timeline: readonly TimelineEntry[];
  /** Called when a state is clicked; by the keyboard, the timeline offers the same. */
  onSelect: (state: string) => void;
}

/** The workflow as a graph, its states coloured and marked as they stand. */
export function WorkflowGraph({ workflow, states, timeline, onSelect }: WorkflowGraphProps) {
  const { messages, narrow } = usePreferences();
  const words = messages.execution;
  const text = JSON.stringify(workflow);
  // A layout takes a while, and a workflow that is asked for again is the same.
  const layout = useMemo(() => layoutWorkflow(JSON.parse(text) as WorkflowDefinition), [text]);
  const svg = drawWorkflow(layout, {
    label: words.workflowLabel,
    states,
    path: timeline.flatMap(({ state }) => state ?? []),
    words: words.stateStatus,
  });
  return (
    <Container>
      <ExpandableSection defaultExpanded headerText={words.workflow} headingTagOverride="h2">
        <style>{workflowStyle}</style>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the timeline's buttons do the same */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the timeline's buttons do the same */}
        <div
          className="workflow"
          onClick={({ target }) => {
            const node = (target as Element).closest('[data-state]');
            if (node !== null) onSelect(node.getAttribute('data-state')!);
          }}
          // On a phone it scrolls by itself: by the arrow keys, too.
          {...(narrow ? { tabIndex: 0 } : {})}
          // biome-ignore lint/security/noDangerouslySetInnerHtml: our own drawing, which escapes all names
          dangerouslySetInnerHTML={{ __html: svg }}
        />
      </ExpandableSection>
    </Container>
  );
}
