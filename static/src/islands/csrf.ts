/** The CSRF token the server put on <body hx-headers>; empty on pages for strangers. */
export function csrfToken(root: ParentNode = document): string {
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
