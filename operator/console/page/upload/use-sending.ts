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
  /** It is there: what is left is to see what becomes of it. */
  | { at: 'following'; dryRun: boolean; upload: UploadView };

interface Order {
  importName: string;
  file: File;
  dryRun: boolean;
}

/** Sends files, one at a time. Whoever leaves the page calls it off, after being asked. */
export function useSending() {
  const [step, setStep] = useState<UploadStep>({ at: 'choosing', problem: null });
  const running = useRef<AbortController | null>(null);

  const reset = useCallback(() => {
    running.current?.abort();
    setStep({ at: 'choosing', problem: null });
  }, []);

  const send = useCallback(async (order: Order) => {
    const { dryRun } = order;
    const controller = new AbortController();
    running.current = controller;
    setStep({ at: 'sending', dryRun, sent: 0 });
    try {
      const upload = await sendFile({
        ...order,
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
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [sending]);

  return { step, send, reset };
}
