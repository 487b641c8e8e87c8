import { fileURLToPath } from 'node:url';

/** The templates, beside the sources in a checkout and beside the built files in a package. */
export const templatesDirectory = fileURLToPath(new URL('../../templates', import.meta.url));
