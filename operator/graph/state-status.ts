/** `running` and `waiting` are where the execution stands; `caught` failed, and the workflow went on. */
export type StateStatus = 'done' | 'running' | 'waiting' | 'caught' | 'failed' | 'aborted';
