/** A state machine's definition (Amazon States Language), as far as its graph is concerned. */
export interface WorkflowDefinition {
  Comment?: string;
  StartAt: string;
  States: Record<string, WorkflowState>;
}

/** https://states-language.net/#states-fields */
export interface WorkflowState {
  Type: 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Pass' | 'Parallel' | 'Map';
  Comment?: string;
  Next?: string;
  End?: boolean;
  /** Of a Choice; a rule's comment says in words when it holds. */
  Choices?: { Next: string; Comment?: string }[];
  Default?: string;
  Catch?: { ErrorEquals: string[]; Next: string }[];
}
