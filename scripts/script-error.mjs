/** A failure that is told as a sentence with its remedy, without a stack. */
export class ScriptError extends Error {}
