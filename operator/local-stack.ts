import { z } from 'zod';

/** Where the local stack keeps everything, unless told otherwise. */
export const LOCAL_DIRECTORY = '.local';

/** What a running local stack writes into `<directory>/stack.json`: how other processes find it. */
export const localStackSchema = z.object({
  pid: z.number().int(),
  endpoints: z.object({ s3: z.url(), stepFunctions: z.url(), eventBridge: z.url() }),
  databaseUrl: z.string(),
  uploadBucket: z.string(),
  resultsBucket: z.string(),
  stateMachineArn: z.string(),
  /** Takes one file per task and function. */
  logFolder: z.string().optional(),
  /** The console page, where the stack serves it. */
  console: z.url().optional(),
});
export type LocalStackDescription = z.infer<typeof localStackSchema>;

/** The region and the (unchecked) credentials that clients of the local stack use. */
export const localAwsConfig = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;
