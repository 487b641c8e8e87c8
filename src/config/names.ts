import { z } from 'zod';

/** The name of an environment: also a part of check names, queue keys and comments. */
export const environmentName = z
  .string({ error: 'the name of an environment, such as prod' })
  .max(40, 'a name of at most 40 characters')
  .regex(
    /^[a-z][a-z0-9-]*$/,
    'the name of an environment in lower-case letters, digits and dashes, such as prod',
  );

/** A branch by its short name, by the rules of `git check-ref-format`. */
export const branchName = z
  .string({ error: 'the name of a branch, such as main' })
  .max(200, 'a branch of at most 200 characters')
  .refine(isBranchName, 'the name of a branch, such as main or release/1 (not refs/heads/main)');

function isBranchName(name: string): boolean {
  if (name === '' || name === '@' || /^(refs\/|[-/.])/.test(name) || /(\/|\.|\.lock)$/.test(name))
    return false;
  return !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|\/\/|\/\.|@\{|\.lock\//.test(name);
}
