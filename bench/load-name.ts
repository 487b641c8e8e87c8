/** Twenty plans asked for at once. */
export const loadName = 'tidegate-service-20-at-once';
