import { useCallback, useEffect, useRef, useState } from 'react';
import type { UploadView } from '../../api.ts';
import { queryClient } from '../requests/connection.ts';
import { sendFile } from '../requests/send-file.ts';

/** Where an upload stands. */
export type UploadStep =
  /** `problem`: why the last file could not be sent. */
  | { at: 'choosing'; problem: Error | null }
  /** `sent`: bytes that have left the browser. */
  | { at: 'sending'; dryRun: boolean; sent: number }
  /** It has arrived; the page follows its execution. */
  | { at: 'following'; dryRun: boolean; upload: UploadView };

interface UploadRequest {
  importName: string;
  file: File;
  dryRun: boolean;
}

/** Sends files, one at a time. Leaving the page cancels the upload, after a confirmation. */
export function useSending() {
  const [step, setStep] = useState<UploadStep>({ at: 'choosing', problem: null });
  const running = useRef<AbortController | null>(null);

  const reset = useCallback(() => {
    running.current?.abort();
    setStep({ at: 'choosing', problem: null });
  }, []);

  const send = useCallback(async (request: UploadRequest) => {
    const { dryRun } = request;
    const controller = new AbortController();
    running.current = controller;
    setStep({ at: 'sending', dryRun, sent: 0 });
    try {
      const upload = await sendFile({
        ...request,
        onSent: (sent) => setStep({ at: 'sending', dryRun, sent }),
        signal: controller.signal,
      });
      setStep({ at: 'following', dryRun, upload });
      void queryClient.invalidateQueries({ queryKey: ['executions'] });
    } catch (error) {
      if (!controller.signal.aborted) setStep({ at: 'choosing', problem: error as Error });
    }
  }, []);

  useEffect(() => () => running.current?.abort(), []);
  const sending = step.at === 'sending';
  useEffect(() => {
    if (!sending) return;
    const confirmLeaving = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', confirmLeaving);
    return () => window.removeEventListener('beforeunload', confirmLeaving);
  }, [sending]);

  return { step, send, reset };
}
