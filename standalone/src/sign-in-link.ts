import { createPool } from '@cda/platform/database/pool.ts';
import { seedAdmin } from '@cda/users';

/**
 * A link that signs the administrator in, once; the one before it stops working.
 *
 * @param usersUrl login of the users subgraph
 * @param url address of the page
 */
export async function issueSignInLink(usersUrl: string, url: string): Promise<string> {
  const db = createPool(usersUrl, { name: 'sign-in-link', max: 1 });
  try {
    const { code } = await seedAdmin(db);
    return `${url}/sign-in?code=${encodeURIComponent(code)}`;
  } finally {
    await db.end();
  }
}
