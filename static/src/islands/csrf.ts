/** The CSRF token: the cookie is fresh even after signing in again in another tab; the page's own stands in where it is closed. */
export function csrfToken(root: Document = document): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(root.cookie);
  if (cookie?.[1]) return decodeURIComponent(cookie[1]);
  const raw = root.querySelector("[hx-headers]")?.getAttribute("hx-headers") ?? "{}";
  try {
    return String((JSON.parse(raw) as Record<string, unknown>)["X-CSRFToken"] ?? "");
  } catch {
    return "";
  }
}

/** What the server says about a failed request, in its own words, or a plain sentence by status. */
export async function failureText(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { message?: unknown };
    if (typeof body.message === "string" && body.message) return body.message;
  } catch {
    // not JSON: fall through to the plain sentence
  }
  if (response.status === 401) return "登录已过期，请重新登录。";
  if (response.status === 413) return "文件太大。";
  return `服务器没有接受（${String(response.status)}），请稍后重试。`;
}
