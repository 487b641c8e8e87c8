/** GitHub sends at most 25 MB (Webhooks, "Payload cap"); a little more leaves its own refusal to GitHub. */
export const maxWebhookBytes = 26 * 1024 * 1024;
