/** A file with which something does not hold that must hold for every file. */
export class CaseFailure extends Error {}
