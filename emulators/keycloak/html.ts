import type { Reply } from '../kit/server.ts';

/** Text as it stands between tags and in quoted attributes. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const style = `
  body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: #f4f5f7; color: #1c1e21; }
  main { max-width: 26rem; margin: 3rem auto; padding: 1.5rem 2rem 2rem; background: #fff; border-radius: .5rem;
    box-shadow: 0 1px 4px rgb(0 0 0 / .2); }
  h1 { font-size: 1.4rem; margin-top: .5rem; }
  label, fieldset { display: block; margin: .6rem 0; }
  fieldset { border: 1px solid #8a8d91; border-radius: .3rem; }
  input[type=text], input[type=password] { display: block; width: 100%; box-sizing: border-box; font: inherit;
    padding: .4rem; border: 1px solid #6b6f76; border-radius: .3rem; }
  button { font: inherit; padding: .45rem 1.2rem; margin: .8rem .6rem 0 0; border: 1px solid #1f4fa3;
    border-radius: .3rem; background: #fff; color: #1f4fa3; cursor: pointer; }
  button[name=accept], button:only-of-type { background: #1f4fa3; color: #fff; }
  code { font-size: 1.2rem; letter-spacing: .1em; }
  [role=alert] { color: #a1121d; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    body { background: #17191c; color: #e8e9eb; } main { background: #24272b; }
    input[type=text], input[type=password] { background: #17191c; color: inherit; }
    button { background: transparent; color: #9dbcf5; border-color: #9dbcf5; }
    button[name=accept], button:only-of-type { background: #9dbcf5; color: #10131a; }
    [role=alert] { color: #ff9b9b; }
  }`;

/** A whole page without scripts, which nothing else may frame and which loads nothing. `body` is HTML. */
export function page(
  status: number,
  { title, body }: { title: string; body: string },
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store, must-revalidate, max-age=0',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...headers,
    },
    body: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body><main>
<h1>${escaped(title)}</h1>
${body}
</main></body>
</html>
`,
  };
}
