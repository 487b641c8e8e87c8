/** A setting is missing or wrong; the message names each, what was expected and what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
