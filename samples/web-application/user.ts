import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';

// This stands for your application's login: here whoever asks is believed.

/** The id becomes a folder of the bucket: it must not hold a slash, and must not be the user's to choose. */
const userId = /^[a-z0-9-]{1,40}$/;

/** Who asks. */
export function userOf(context: Context): string {
  const user = getCookie(context, 'user');
  if (user === undefined || !userId.test(user)) throw new HTTPException(401, { message: 'Sign in first.' });
  return user;
}

export function signIn(context: Context, user: unknown): void {
  if (typeof user !== 'string' || !userId.test(user)) {
    throw new HTTPException(422, { message: 'Use small letters, digits and hyphens, at most 40.' });
  }
  setCookie(context, 'user', user, { path: '/', httpOnly: true, sameSite: 'Lax' });
}
