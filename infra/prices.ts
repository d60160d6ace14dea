/**
 * What the dashboard reckons costs with: list prices in US dollars, region us-east-1, Linux, as generally published in
 * early 2026. Assumptions, not the bill: other regions, Spot and savings plans have other prices.
 */
export const assumedPrices = {
  region: 'us-east-1',
  /** Fargate, by architecture: an hour of one vCPU, and of one GB of memory. */
  fargate: {
    ARM64: { vcpuHour: 0.03238, gbHour: 0.00356 },
    X86_64: { vcpuHour: 0.04048, gbHour: 0.004445 },
  },
  /** Step Functions, Standard: one state transition (0.025 dollars for 1,000). */
  stateTransition: 0.000025,
} as const;

/** State transitions of an import that succeeds at once: its start, and ValidateUpload to ImportSucceeded. */
export const TRANSITIONS_PER_EXECUTION = 7;
/** Those of a poll: RunImporter, ReadReport, CheckOutcome, Requeue, WaitForSlot. */
export const TRANSITIONS_PER_POLL = 5;
