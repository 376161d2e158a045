/** How many connections may be on their way to one worker. */
export const MAX_IN_FLIGHT = 16;
