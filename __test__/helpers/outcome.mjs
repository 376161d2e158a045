import sendCases from './send-cases.cjs';

/** `{returned}`, or the name, code, message and type of what was thrown. */
export const { outcome } = sendCases;
